#include <espalier/base/text/error.hpp>
#include <espalier/topology/alignment/unit_groups.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

/// 4 inputs, 3 and 2 hidden units, 2 outputs.
StoredNetwork three_layers() {
    StoredNetwork network{{.label = "t", .layers = {}}, {}};
    network.topology.layers = {layer("000_fc1", Pattern::full(3, 4)), layer("002_fc2", Pattern::full(2, 3)),
                               layer("004_fc3", Pattern::full(2, 2))};
    return network;
}

}  // namespace

TEST_CASE("unit groups: the hidden units of a chain, with what belongs to them", "[topology][alignment]") {
    StoredNetwork network = three_layers();
    network.parameters = {{"000_fc1", "bias", {1, 2, 3}},
                          {"001_srelu1", "left_slope", {1, 2, 3}},
                          {"001_norm1", "per_pixel", {1, 2, 3, 4, 5, 6}},
                          {"002_fc2", "bias", {1, 2}},
                          {"003_prelu", "slope", {1}},
                          {"004_fc3", "bias", {1, 2}}};
    const std::vector<UnitGroup> groups = unit_groups(network);
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].name == "000_fc1");
    CHECK(groups[0].size == 3);
    REQUIRE(groups[0].weights.size() == 2);
    CHECK(groups[0].weights[0].layer == 0);
    CHECK(groups[0].weights[0].side == WeightSide::outputs);
    CHECK(groups[0].weights[1].layer == 1);
    CHECK(groups[0].weights[1].side == WeightSide::inputs);
    REQUIRE(groups[0].parameters.size() == 3);
    CHECK(groups[0].parameters[2].block == 2);
    CHECK(groups[1].size == 2);
    REQUIRE(groups[1].parameters.size() == 1);  // the one slope of 003_prelu is all units'
    CHECK(groups[1].parameters[0].parameter == 3);
    const std::vector<LayerUnits> layers = layer_units(groups, network.topology);
    using Group = std::optional<std::size_t>;
    const auto only = [](const std::vector<SideUnits>& side) { return side.size() == 1 ? side[0].group : Group(99); };
    CHECK(only(layers[0].inputs) == Group());
    CHECK(only(layers[0].outputs) == Group(0));
    CHECK(only(layers[1].inputs) == Group(0));
    CHECK(only(layers[1].outputs) == Group(1));
    CHECK(only(layers[2].outputs) == Group());
}

TEST_CASE("unit groups: kernels and flattened maps are blocks of inputs", "[topology][alignment]") {
    StoredNetwork network{{.label = "conv", .layers = {}}, {}};
    network.topology.layers = {{"conv1", {4, 1, 3, 3}, Pattern::full(4, 9), {}},
                               {"conv2", {5, 4, 3, 3}, Pattern::full(5, 36), {}},
                               {"fc", {2, 20}, Pattern::full(2, 20), {}}};
    const std::vector<UnitGroup> groups = unit_groups(network);
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].weights[1].block == 9);
    CHECK(groups[1].weights[1].block == 4);
}

TEST_CASE("unit groups: layers without numbers stand in their order", "[topology][alignment]") {
    StoredNetwork network = three_layers();
    for (std::size_t l = 0; l < 3; ++l) network.topology.layers[l].name = "fc" + std::to_string(l);
    network.parameters = {{"fc0", "bias", {1, 2, 3}}, {"fc1", "bias", {1, 2}}};
    CHECK(unit_groups(network)[1].parameters.size() == 1);
    network.parameters.push_back({"srelu", "left_slope", {1, 2, 3}});
    CHECK_THROWS_WITH(unit_groups(network), Contains("'left_slope'") && Contains("'srelu'") && Contains("number"));
}

TEST_CASE("unit groups: arrays and layers that do not fit are refused in one line", "[topology][alignment]") {
    StoredNetwork network = three_layers();
    network.parameters = {{"001_srelu1", "left_slope", {1, 2, 3, 4}}};
    CHECK_THROWS_WITH(unit_groups(network),
                      Contains("'left_slope' of layer '001_srelu1' has 4 numbers") && Contains("3 units of '000_fc1'"));
    network.parameters = {{"002_fc2", "bias", {}}};
    CHECK_THROWS_AS(unit_groups(network), FormatError);
    network.parameters.clear();
    network.topology.layers.pop_back();
    network.topology.layers.push_back(layer("fc3", Pattern::full(2, 5)));
    CHECK_THROWS_WITH(unit_groups(network), Contains("do not chain"));
}

TEST_CASE("unit groups: inputs and outputs of one layer cannot be the same units", "[topology][alignment]") {
    const StoredNetwork network = three_layers();
    std::vector<UnitGroup> groups = unit_groups(network);
    groups[0].weights.push_back({1, WeightSide::outputs, 1, {0, 1}});
    groups[1].weights.clear();
    CHECK_THROWS_WITH(layer_units(groups, network.topology), Contains("'002_fc2' are the same units"));
}

}  // namespace espalier::topology
