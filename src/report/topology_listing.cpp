#include <nlohmann/json.hpp>

#include <espalier/base/text/text.hpp>
#include <espalier/report/shapes.hpp>
#include <espalier/report/table.hpp>
#include <espalier/report/topology_listing.hpp>

namespace espalier::report {

using topology::Layer;
using topology::Topology;

namespace {

Json listed_json(const Layer& layer) {
    Json entry = {{"name", layer.name},
                  {"shape", layer.shape},
                  {"edges", layer.pattern.edges()},
                  {"weights", !layer.values.empty()}};
    put_number(entry, "density", density(layer.pattern), "no possible edges");
    return entry;
}

}  // namespace

Json listed_json(const Topology& topology) {
    Json layers = Json::array();
    for (const Layer& layer : topology.layers) layers.push_back(listed_json(layer));
    return {{"topology", topology.label}, {"layers", std::move(layers)}, {"edges", topology::edges(topology)}};
}

std::string listed(const Topology& topology) {
    Table table({"layer", "shape", "edges", "density", "weights"});
    for (const Layer& layer : topology.layers) {
        table.add({layer.name, shape_text(layer.shape), grouped(layer.pattern.edges()), rounded(density(layer.pattern)),
                   layer.values.empty() ? "no" : "yes"});
    }
    return topology.label + "\n" + table.text();
}

}  // namespace espalier::report
