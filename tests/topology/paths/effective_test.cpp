#include <cmath>
#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/paths/effective.hpp>

#include "topology/all_paths.hpp"
#include "topology/measured.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

double field(const MetricValue& value, const std::string& name) {
    return value.find(name)->number();
}

}  // namespace

TEST_CASE("effective: the worked example", "[topology][effective]") {
    const Effective found = effective(worked_example());
    CHECK(found.paths.to_double() == 6);
    CHECK(found.parameters == 7);
    CHECK(found.nodes == 3 + 2 + 2);
    REQUIRE(found.layers.size() == 2);
    CHECK((found.layers[0].parameters == 4 && found.layers[0].inputs == 3 && found.layers[0].outputs == 2));
    CHECK((found.layers[1].parameters == 3 && found.layers[1].inputs == 2 && found.layers[1].outputs == 2));
    const MetricValue value = measured("effective", worked_example()).network;
    CHECK(field(value, "paths") == 6);
    CHECK(field(value, "log10_paths") == Approx(std::log10(6.0)));
    CHECK(field(value, "nodes") == 7);
    CHECK(field(value, "parameters") == 7);
    const MetricValue layer = measured("effective", worked_example()).layers[0];
    CHECK((field(layer, "parameters") == 4 && field(layer, "inputs") == 3 && field(layer, "outputs") == 2));
}

TEST_CASE("effective: agrees with listing all paths", "[topology][effective]") {
    for_tiny_networks(400, [](const Topology& net) {
        const std::vector<Path> paths = all_paths(net);
        const Effective found = effective(net);
        std::size_t nodes = 0;
        for (std::size_t k = 0; k < net.layers.size(); ++k) {
            std::set<std::size_t> edges, inputs, outputs;
            for (const Path& path : paths) {
                edges.insert(path[k].edge);
                inputs.insert(net.layers[k].shape.size() == 4 ? path[k].from : path[k].input);
                outputs.insert(path[k].to);
            }
            CHECK(found.layers[k].parameters == edges.size());
            CHECK(found.layers[k].inputs == inputs.size());
            CHECK(found.layers[k].outputs == outputs.size());
            nodes += inputs.size() + (k + 1 == net.layers.size() ? outputs.size() : 0);
        }
        CHECK(found.nodes == nodes);
    });
}

TEST_CASE("effective: everything of a dense network", "[topology][effective]") {
    const Topology net = dense_network({6, 5, 4});
    const Effective found = effective(net);
    CHECK(found.paths.to_double() == 120);
    CHECK(found.parameters == edges(net));
    CHECK(found.nodes == 15);
}

TEST_CASE("effective: a hidden neuron with inputs alone makes these ineffective and nothing else",
          "[topology][effective]") {
    const Topology net = network("dead end", {Pattern::full(3, 4), pattern({{1, 0, 1}, {1, 0, 1}})});
    const Effective found = effective(net);
    CHECK(found.parameters == edges(net) - 4);
    CHECK(found.nodes == 4 + 2 + 2);
}

TEST_CASE("effective: does not depend on how hidden neurons are numbered", "[topology][effective]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Topology net = random_network({20, 15, 12, 6}, 0.1, stream);
    const auto same = [](std::size_t size) {
        std::vector<std::uint32_t> order(size);
        std::iota(order.begin(), order.end(), 0U);
        return order;
    };
    const auto first = random_permutation(15, stream);
    const auto second = random_permutation(12, stream);
    const Topology shuffled = network("shuffled", {renumbered(net.layers[0].pattern, first, same(20)),
                                                   renumbered(net.layers[1].pattern, second, first),
                                                   renumbered(net.layers[2].pattern, same(6), second)});
    const Effective a = effective(net);
    const Effective b = effective(shuffled);
    CHECK(a.paths.to_double() == b.paths.to_double());
    CHECK((a.parameters == b.parameters && a.nodes == b.nodes));
}

TEST_CASE("effective: the number of paths is exact up to 2^53, rounded above, undefined beyond double",
          "[topology][effective]") {
    std::vector<std::size_t> widths(54, 2);  // 2^54 paths
    CHECK(field(measured("effective", dense_network(widths)).network, "paths") == 0x1p54);
    widths.push_back(3);
    const MetricValue three = measured("effective", dense_network(widths)).network;
    CHECK(field(three, "paths") == 3 * 0x1p54);
    CHECK(field(three, "log10_paths") == Approx(std::log10(3) + 54 * std::log10(2.0)).epsilon(1e-15));
    const MetricValue deep = measured("effective", dense_network(std::vector<std::size_t>(301, 100))).network;
    CHECK(deep.find("paths")->is_undefined());
    CHECK_THAT(deep.find("paths")->reason(), Contains("log10_paths"));
    CHECK(field(deep, "log10_paths") == Approx(602).epsilon(1e-13));
}

TEST_CASE("effective: a collapsed network has nothing", "[topology][effective]") {
    const Topology net = network("collapsed", {Pattern::full(3, 4), Pattern::empty(5, 3), Pattern::full(2, 5)});
    const Effective found = effective(net);
    CHECK((found.parameters == 0 && found.nodes == 0));
    const MetricValue value = measured("effective", net).network;
    CHECK(field(value, "paths") == 0);
    CHECK(value.find("log10_paths")->is_undefined());
    CHECK(value.find("log10_paths")->reason() == "no path from input to output");
    const MetricValue biased = measured("effective", net, {{"biases", "1"}}).network;
    CHECK(field(biased, "parameters") == 10);  // the last layer's
    CHECK(field(biased, "nodes") == 5 + 2);
}

TEST_CASE("effective: the program's table of nodes", "[topology][effective]") {
    Topology net{"conv",
                 {layer("c", Pattern::full(3, 8)), layer("l", Pattern::full(5, 6)), layer("m", Pattern::full(2, 5))}};
    net.layers[0].shape = {3, 2, 2, 2};
    CHECK(effective(net).nodes == 2 + 6 + 5 + 2);
    CHECK(effective(net, {.nodes = NodeCount::program_own}).nodes == 2 + (6 + 5) + (5 + 2));
    CHECK(effective(net, {.nodes = NodeCount::program}).nodes == 2 + (6 + 5) + (6 + 5));
    CHECK(field(measured("effective", net, {{"npb_count", "true"}}).network, "nodes") == 2 + (6 + 5) + (6 + 5));
    CHECK(field(measured("effective", net, {{"npb_count", "own_masks"}}).network, "nodes") == 2 + (6 + 5) + (5 + 2));
    net.layers[0].name = "block.shortcut.0";
    CHECK(effective(net, {.nodes = NodeCount::program_own}).nodes == (6 + 5) + (5 + 2));
}

TEST_CASE("effective: no layers, and layers that do not chain", "[topology][effective]") {
    const Effective none = effective({"none", {}});
    CHECK((none.layers.empty() && none.nodes == 0 && none.paths.is_zero()));
    const Topology torn = network("torn", {Pattern::full(3, 4), Pattern::full(2, 5)});
    CHECK_THROWS_AS(effective(torn), FormatError);
    const Effective alone = effective(network("alone", {Pattern::empty(0, 0)}));
    CHECK((alone.nodes == 0 && alone.paths.is_zero()));
}

}  // namespace espalier::topology
