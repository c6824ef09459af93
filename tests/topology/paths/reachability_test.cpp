#include <set>

#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/paths/reachability.hpp>

#include "topology/all_paths.hpp"
#include "topology/measured.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("reachability: agrees with listing all paths", "[topology][reachability]") {
    for_tiny_networks(200, [](const Topology& net) {
        const auto counts = receptive_inputs(net);
        for (std::size_t level = 1; level <= net.layers.size(); ++level) {
            Topology before = net;
            before.layers.resize(level);
            std::vector<std::set<std::size_t>> inputs(level_width(net, level));
            for (const Path& path : all_paths(before)) inputs[path.back().to].insert(path.front().from);
            for (std::size_t j = 0; j < inputs.size(); ++j) CHECK(counts[level - 1][j] == inputs[j].size());
        }
    });
}

TEST_CASE("reachability: many blocks of inputs, any number of threads", "[topology][reachability]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Topology net = random_network({1500, 70, 40, 20}, 0.03, stream);
    const auto counts = receptive_inputs(net);
    for (std::size_t j = 0; j < 70; ++j) CHECK(counts[0][j] == net.layers[0].pattern.row(j).size());
    for (std::size_t j = 0; j < 40; ++j) {
        std::set<std::uint32_t> inputs;
        for (const std::uint32_t hidden : net.layers[1].pattern.row(j)) {
            for (const std::uint32_t input : net.layers[0].pattern.row(hidden)) inputs.insert(input);
        }
        CHECK(counts[1][j] == inputs.size());
    }
    set_threads(3);
    CHECK(receptive_inputs(net) == counts);
    set_threads(1);
}

TEST_CASE("reachability: as fields", "[topology][reachability]") {
    const std::vector<MetricValue> values = measured("reachability", worked_example()).layers;
    CHECK(values[0].find("mean")->number() == Approx(7.0 / 3));
    CHECK(values[0].find("max")->number() == 3);
    CHECK(values[1].find("min")->number() == 2);  // output 1: inputs 0 1
    CHECK(values[1].find("mean")->number() == 2.5);
    CHECK(values[1].find("share")->number() == 2.5 / 4);
    CHECK(measured("reachability", {"none", {}}).layers.empty());
    CHECK(measured("reachability", network("no outputs", {Pattern::empty(0, 3)})).layers[0].reason() == "no outputs");
    CHECK(
        measured("reachability", network("no inputs", {Pattern::empty(2, 0)})).layers[0].find("share")->is_undefined());
}

}  // namespace espalier::topology
