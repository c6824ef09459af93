#include <nlohmann/json.hpp>

#include <espalier/cli/inspect.hpp>
#include <espalier/cli/json.hpp>
#include <espalier/cli/shapes.hpp>
#include <espalier/cli/table.hpp>
#include <espalier/cli/topology_argument.hpp>

namespace espalier::cli {
namespace {

using topology::Layer;
using topology::Topology;

Json to_json(const Layer& layer) {
    Json entry = {{"name", layer.name},
                  {"shape", layer.shape},
                  {"edges", layer.pattern.edges()},
                  {"weights", !layer.values.empty()}};
    put_number(entry, "density", density(layer.pattern), "no possible edges");
    return entry;
}

Json to_json(const Topology& topology) {
    Json layers = Json::array();
    for (const Layer& layer : topology.layers) layers.push_back(to_json(layer));
    return {{"topology", topology.label}, {"layers", std::move(layers)}, {"edges", topology::edges(topology)}};
}

std::string in_words(const Topology& topology) {
    Table table({"layer", "shape", "edges", "density", "weights"});
    for (const Layer& layer : topology.layers) {
        table.add({layer.name, shape_text(layer.shape), grouped(layer.pattern.edges()), rounded(density(layer.pattern)),
                   layer.values.empty() ? "no" : "yes"});
    }
    return topology.label + "\n" + table.text();
}

/// The argument that means all of a file of ours.
std::string all_of(const std::string& argument) {
    const std::filesystem::path path = argument;
    const bool is_ours = std::filesystem::is_regular_file(path) && !topology::is_mask_file(path);
    return is_ours ? argument + "@all" : argument;
}

}  // namespace

std::string inspect_topologies(const std::string& argument, const TopologyOptions& reading, bool json) {
    const std::vector<Topology> topologies = load_topologies({all_of(argument)}, reading);
    if (json) {
        Json list = Json::array();
        for (const Topology& topology : topologies) list.push_back(to_json(topology));
        return document(list);
    }
    std::string text;
    for (const Topology& topology : topologies) text.append(text.empty() ? "" : "\n").append(in_words(topology));
    return text;
}

}  // namespace espalier::cli
