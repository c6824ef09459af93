#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/topology/files/mask_files.hpp>
#include <espalier/topology/paths/effective.hpp>

#include "home_reference.hpp"
#include "topology/measured.hpp"
#include "topology/networks.hpp"

// Values of the published program: see tests/reference/README.md.
//
// Of convolutional networks a mask determines effective parameters and nodes, as long as the feature maps let every
// kept weight act, which they do in these two. It does not determine the program's `effective_paths` of them: that is a
// forward pass over pixels, which needs input_shape, strides, paddings and pooling (613303 and 2637; the channel graph
// has other numbers of paths, checked against listing them in effective_test.cpp).

namespace espalier::topology {
using namespace testing;

namespace {

using Json = nlohmann::json;

void check_paths(const Topology& net, const EffectiveOptions& options, const Json& expected) {
    const MetricValue value = measured("effective", net, {{"biases", options.biases ? "1" : "0"}}).network;
    const auto exact = boost::multiprecision::cpp_int(expected["effective_paths_exact_integer"].get<std::string>());
    CHECK(exact_path_count(LayerGraph(net), options.biases) == exact);
    CHECK(value.find("paths")->number() == expected["effective_paths"].get<double>());
    if (expected["log_effective_paths"].is_null()) {
        CHECK(value.find("log10_paths")->is_undefined());
        return;
    }
    for (const char* log : {"log_effective_paths", "log_effective_paths_from_exact"}) {
        CHECK(value.find("log10_paths")->number() ==
              Approx(expected[log].get<double>() / std::log(10.0)).epsilon(1e-12));
    }
}

void check_perceptron(const Topology& net, bool biases, const Json& expected) {
    const Effective found = effective(net, {.biases = biases});
    CHECK(static_cast<double>(found.parameters) == expected["effective_params"].get<double>());
    CHECK(static_cast<double>(edges(net)) == expected["unpruned_params"].get<double>());
    std::size_t on_path = 0;
    for (const Json& nodes : expected["on_path_nodes_per_layer"]) on_path += nodes.get<std::size_t>();
    CHECK(found.nodes == on_path);
    for (std::size_t k = 0; k < found.layers.size(); ++k) {
        CHECK(found.layers[k].inputs == expected["effective_in_out_per_layer"][k][0]);
        CHECK(found.layers[k].outputs == expected["effective_in_out_per_layer"][k][1]);
    }
    const auto nodes = [&](NodeCount count) { return effective(net, {.biases = biases, .nodes = count}).nodes; };
    CHECK(nodes(NodeCount::program) == expected["effective_nodes_total"]);
    CHECK(nodes(NodeCount::program_own) == expected["effective_nodes_total_if_each_layer_used_its_own_mask"]);
    check_paths(net, {.biases = biases}, expected);
}

void check_convolutional(const Topology& net, const Json& expected) {
    const Effective found = effective(net);
    CHECK(static_cast<double>(found.parameters) == expected["effective_params"].get<double>());
    CHECK(static_cast<double>(edges(net)) == expected["unpruned_params"].get<double>());
    const Json& rows = expected["effective_nodes_rows"];
    std::vector<std::size_t> nodes;
    for (const EffectiveLayer& layer : found.layers) nodes.push_back(layer.inputs);
    nodes.push_back(found.layers.back().outputs);
    REQUIRE(rows.size() == nodes.size());
    for (std::size_t k = 0; k < nodes.size(); ++k) CHECK(nodes[k] == rows[k][1]);
    CHECK(found.nodes == expected["effective_nodes_total"]);
    CHECK(effective(net, {.nodes = NodeCount::program}).nodes == expected["effective_nodes_total"]);
}

}  // namespace

TEST_CASE("effective: the published program's values", "[topology][effective][reference]") {
    std::ifstream file(home_reference() / "node_path.json");
    const Json all = Json::parse(file)["cases"];
    REQUIRE(all.size() == 5);
    for (const auto& [name, entry] : all.items()) {
        INFO(name);
        const Topology net = read_mask_files(home_reference() / entry["file"].get<std::string>(), {});
        if (entry["kind"] == "conv") {
            check_convolutional(net, entry["result"]);
            continue;
        }
        check_perceptron(net, false, entry["no_bias"]);
        check_perceptron(net, true, entry["with_bias"]);
    }
}

}  // namespace espalier::topology
