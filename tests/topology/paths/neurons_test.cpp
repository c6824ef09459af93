#include <set>

#include <espalier/topology/paths/effective.hpp>
#include <espalier/topology/paths/neurons.hpp>

#include "topology/all_paths.hpp"
#include "topology/measured.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("neurons: a drawn network", "[topology][neurons]") {
    //   inputs 0 1 2 -> hidden a: 0 1, b: none, c: 1, d: none
    //   hidden a b c d -> second x: a b, y: b, z: none, w: a          c and d lead nowhere
    //   second x y z w -> outputs p: x y, q: none, r: z               w leads nowhere
    const Topology net = network("drawn", {pattern({{1, 1, 0}, {0, 0, 0}, {0, 1, 0}, {0, 0, 0}}),
                                           pattern({{1, 1, 0, 0}, {0, 1, 0, 0}, {0, 0, 0, 0}, {1, 0, 0, 0}}),
                                           pattern({{1, 1, 0, 0}, {0, 0, 0, 0}, {0, 0, 1, 0}})});
    const std::vector<IdleNeurons> layers = idle_neurons(net);
    REQUIRE(layers.size() == 3);
    CHECK(layers[0].dead_inputs == 1);
    CHECK(layers[0].dead_outputs == 2);
    CHECK(layers[0].unreachable_inputs == 0);
    CHECK(layers[0].unreachable_outputs == 2);
    CHECK(layers[0].leading_nowhere == 1);
    CHECK(layers[1].dead_inputs == 2);
    CHECK(layers[1].dead_outputs == 1);
    CHECK(layers[1].unreachable_outputs == 2);  // y has an edge, but from b alone
    CHECK(layers[1].leading_nowhere == 2);
    CHECK(layers[2].unreachable_inputs == 2);
    CHECK(layers[2].leading_nowhere == 1);
    CHECK(layers[2].dead_outputs == 1);
    CHECK(layers[2].unreachable_outputs == 2);
    const IdleTotals totals = idle_totals(net);
    CHECK(totals.neurons == 3 + 4 + 4 + 3);
    CHECK(totals.dead == 1 + 3 + 2 + 1);         // input 2; b c d; z w; q
    CHECK(totals.unreachable == 0 + 2 + 2 + 2);  // b d; y z; q r
    CHECK(totals.leading_nowhere == 1 + 2 + 1);  // input 2; c d; w
    CHECK(totals.ineffective == 1 + 3 + 3 + 2);
    CHECK(layers[0].dead_channels == 3);  // b d without an edge in, c d without one out
    CHECK(layers[1].dead_channels == 2);  // z, and w that leads nowhere
    CHECK(layers[2].dead_channels == 1);  // q
    CHECK(totals.dead_channels == 0);     // no convolution
}

TEST_CASE("neurons: those on no path are all but the effective ones", "[topology][neurons]") {
    for_tiny_networks(300, [](const Topology& net) {
        const IdleTotals totals = idle_totals(net);
        CHECK(totals.neurons - totals.ineffective == effective(net).nodes);
        CHECK(totals.unreachable + totals.leading_nowhere >= totals.ineffective);
        const std::vector<IdleNeurons> layers = idle_neurons(net);
        std::size_t unreachable = 0;
        std::size_t nowhere = 0;
        for (const IdleNeurons& layer : layers) {
            CHECK(layer.dead_outputs <= layer.unreachable_outputs);
            CHECK(layer.dead_inputs <= layer.leading_nowhere);
            unreachable += layer.unreachable_inputs;
            nowhere += layer.leading_nowhere;
        }
        CHECK(totals.unreachable == unreachable + layers.back().unreachable_outputs);
        CHECK(totals.leading_nowhere == nowhere);
    });
}

TEST_CASE("neurons: channels of a convolution count once, features of a flattened map one by one",
          "[topology][neurons]") {
    Topology net{"conv", {layer("c", pattern({{0, 1, 0, 0}, {0, 0, 0, 0}})), layer("l", pattern({{1, 0, 1, 1}}))}};
    net.layers[0].shape = {2, 2, 1, 2};
    const std::vector<IdleNeurons> layers = idle_neurons(net);
    CHECK((layers[0].inputs == 2 && layers[0].dead_inputs == 1));
    CHECK((layers[1].inputs == 4 && layers[1].dead_inputs == 1 && layers[1].unreachable_inputs == 2));
    CHECK(idle_totals(net).neurons == 2 + 4 + 1);
    CHECK(idle_totals(net).ineffective == 1 + 3);
}

TEST_CASE("neurons: no layers, no neurons, no edges", "[topology][neurons]") {
    CHECK(idle_neurons({"none", {}}).empty());
    CHECK(idle_totals({"none", {}}).neurons == 0);
    CHECK(idle_totals(network("no neurons", {Pattern()})).neurons == 0);
    const IdleTotals idle = idle_totals(network("no edges", {Pattern::empty(2, 3)}));
    CHECK((idle.neurons == 5 && idle.dead == 5 && idle.ineffective == 5));
    CHECK((idle.unreachable == 2 && idle.leading_nowhere == 3));
}

TEST_CASE("neurons: as fields", "[topology][neurons]") {
    const Topology net = worked_example();
    const MetricValue layer = measured("neurons", net).layers[1];
    CHECK(layer.find("dead_inputs")->number() == 1);
    CHECK(measured("neurons", net).network.find("ineffective")->number() == 2);
}

TEST_CASE("neurons: dead channels of convolutions, in a residual stream by all that read it", "[topology][neurons]") {
    const auto conv = [](std::string name, std::size_t outputs, std::size_t inputs,
                         const std::vector<std::pair<std::size_t, std::size_t>>& kernels) {
        std::vector<std::uint64_t> flat;
        for (const auto& [output, input] : kernels) flat.push_back((output * inputs + input) * 9 + 4);
        std::ranges::sort(flat);
        return Layer{std::move(name), {outputs, inputs, 3, 3}, Pattern::from_flat(outputs, inputs * 9, flat), {}};
    };
    // The stem writes to a stream of three channels, a block of two adds to it, the head reads it.
    Topology net{"stream", {}};
    net.layers.push_back(conv("stem", 3, 1, {{0, 0}, {1, 0}}));
    net.layers.push_back(conv("first", 2, 3, {{0, 0}}));
    net.layers.push_back(conv("second", 3, 2, {{1, 0}, {2, 1}}));
    net.layers.push_back({"head", {2, 3}, pattern({{0, 1, 1}, {0, 0, 0}}), {}});
    net.layers[0].fed_by = std::vector<std::string>{""};
    net.layers[1].fed_by = std::vector<std::string>{"stem"};
    net.layers[2].fed_by = std::vector<std::string>{"first"};
    net.layers[3].fed_by = std::vector<std::string>{"second", "stem"};
    const std::vector<IdleNeurons> layers = idle_neurons(net);
    CHECK(layers[0].dead_channels == 1);  // 2 gets nothing here; 0 leads into the block
    CHECK(layers[1].dead_channels == 1);  // 1 gets nothing
    CHECK(layers[2].dead_channels == 1);  // 0 gets nothing
    CHECK(layers[3].dead_channels == 1);  // an output of the network that gets nothing
    CHECK(idle_totals(net).dead_channels == 3);
}

}  // namespace espalier::topology
