#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/streams.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

using Names = std::vector<std::string>;

/// Layers of `width` neurons on both sides, fed as told.
Topology fed_network(const std::vector<Names>& fed_by, std::size_t width = 3) {
    Topology net{"fed", {}};
    for (const Names& names : fed_by) {
        net.layers.push_back(layer("layer" + std::to_string(net.layers.size()), Pattern::full(width, width)));
        net.layers.back().fed_by = names;
    }
    return net;
}

}  // namespace

TEST_CASE("streams: in a chain every layer writes its own and reads the one before", "[topology][streams]") {
    Stream stream = test_stream();
    const std::vector<LayerStreams> streams = layer_streams(random_network({5, 4, 3, 2}, 0.5, stream));
    REQUIRE(streams.size() == 3);
    CHECK(streams[0] == LayerStreams{0, std::nullopt, false});
    CHECK(streams[1] == LayerStreams{1, 0, false});
    CHECK(streams[2] == LayerStreams{2, 1, false});
    CHECK(layer_streams(Topology{"empty", {}}).empty());
    // By three groups: 9 inputs, a multiple of the 3 channels before, and yet not theirs.
    Topology grouped{"grouped", {layer("conv1", Pattern::full(3, 9)), layer("conv2", Pattern::full(3, 9))}};
    for (Layer& convolution : grouped.layers) convolution.shape = {3, 1, 3, 3};
    CHECK_THROWS_WITH(layer_streams(grouped), Contains("'conv2'") && Contains("1 input channels"));
}

TEST_CASE("streams: what blocks add to is one, and bears its first writer's number", "[topology][streams]") {
    // A stem, two blocks of two layers that add to the stream, and a head.
    const std::vector<LayerStreams> streams = layer_streams(
        fed_network({{""}, {"layer0"}, {"layer1"}, {"layer0", "layer2"}, {"layer3"}, {"layer0", "layer2", "layer4"}}));
    const std::vector<LayerStreams> expected = {
        {0, std::nullopt, false}, {1, 0, false}, {0, 1, false}, {3, 0, false}, {0, 3, false}, {5, 0, false}};
    CHECK(streams == expected);
}

TEST_CASE("streams: a shortcut with weights begins another one, joined by whoever reads both", "[topology][streams]") {
    // Layer 3 is the shortcut of the block 1, 2; layer 4 reads their sum. Layers 1 and 3 read the stem.
    const std::vector<LayerStreams> streams =
        layer_streams(fed_network({{""}, {"layer0"}, {"layer1"}, {"layer0"}, {"layer2", "layer3"}}));
    const std::vector<LayerStreams> expected = {
        {0, std::nullopt, false}, {1, 0, false}, {2, 1, false}, {2, 0, false}, {4, 2, false}};
    CHECK(streams == expected);
}

TEST_CASE("streams: where the network's input is added nothing can be renumbered", "[topology][streams]") {
    const std::vector<LayerStreams> streams = layer_streams(fed_network({{""}, {"layer0"}, {"", "layer1"}}));
    const std::vector<LayerStreams> expected = {{0, std::nullopt, false}, {1, 0, true}, {2, std::nullopt, false}};
    CHECK(streams == expected);
}

TEST_CASE("streams: layers that cannot be added are refused by name", "[topology][streams]") {
    Topology net = fed_network({{""}, {"layer0"}, {"layer0", "layer1"}}, 4);
    net.layers[1] = layer("layer1", Pattern::full(2, 4));
    net.layers[1].fed_by = Names{"layer0"};
    CHECK_THROWS_WITH(layer_streams(net), Contains("'layer2'") && Contains("different widths"));
}

}  // namespace espalier::topology
