#include <cmath>
#include <map>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/conv_mapping.hpp>
#include <espalier/topology/graph/block_diagonal.hpp>
#include <espalier/topology/graph/chain.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// [out 2, in 2, kh 1, kw 2]: kernels (x x)(. .) of output 0 and (. x)(x .) of output 1.
Layer small_convolution() {
    return {"conv", {2, 2, 1, 2}, pattern({{1, 1, 0, 0}, {0, 1, 1, 0}}), {1, -2, 4, 0}};
}

}  // namespace

TEST_CASE("conv mapping: unrolled is the layer itself", "[topology][conv_mapping]") {
    const MappedLayer mapped = map_convolution(small_convolution(), ConvMapping::unrolled);
    CHECK(mapped.layer.pattern == small_convolution().pattern);
    CHECK(mapped.layer.shape == small_convolution().shape);
    CHECK(mapped.multiplicity.empty());
}

TEST_CASE("conv mapping: a channel is an edge where any weight of its kernel is", "[topology][conv_mapping]") {
    const MappedLayer mapped = map_convolution(small_convolution(), ConvMapping::channel);
    CHECK(mapped.layer.pattern == pattern({{1, 0}, {1, 1}}));
    CHECK(mapped.layer.shape == std::vector<std::size_t>{2, 2});
    CHECK(mapped.layer.values == std::vector<float>{3, 4, 0});  // a kept weight of 0 keeps its kernel
    CHECK(mapped.multiplicity == std::vector<std::uint32_t>{2, 1, 1});
}

TEST_CASE("conv mapping: channel first puts places with the outputs", "[topology][conv_mapping]") {
    const Layer layer = map_convolution(small_convolution(), ConvMapping::channel_first).layer;
    CHECK(layer.shape == std::vector<std::size_t>{4, 2});
    CHECK(layer.pattern == pattern({{1, 0}, {1, 0}, {0, 1}, {1, 0}}));
    CHECK(layer.values == std::vector<float>{1, -2, 0, 4});
}

TEST_CASE("conv mapping: what feeds a layer feeds it still", "[topology][conv_mapping]") {
    using Names = std::vector<std::string>;
    Topology net{"residual", {}};
    for (const Names& names : {Names{""}, Names{"conv0"}, Names{"conv0", "conv1"}}) {
        Layer layer = small_convolution();
        layer.name = "conv" + std::to_string(net.layers.size());
        layer.fed_by = names;
        net.layers.push_back(layer);
    }
    for (const ConvMapping mapping : {ConvMapping::unrolled, ConvMapping::channel, ConvMapping::channel_first}) {
        const Topology mapped = map_convolutions(net, mapping);
        for (std::size_t k = 0; k < 3; ++k) CHECK(mapped.layers[k].fed_by == net.layers[k].fed_by);
        CHECK_FALSE(is_unbranched(mapped));
    }
}

TEST_CASE("conv mapping: a grouped convolution is block-diagonal", "[topology][conv_mapping]") {
    // Four channels in two groups, one place: outputs 0 and 1 take channels 0 and 1, outputs 2 and 3 channels 2 and 3.
    Layer layer{"conv", {4, 2, 1, 1}, pattern({{1, 0}, {1, 1}, {0, 1}, {1, 0}}), {1, 2, 3, 4, 5}};
    layer.groups = 2;
    layer.fed_by = std::vector<std::string>{"stem"};
    const Pattern whole = pattern({{1, 0, 0, 0}, {1, 1, 0, 0}, {0, 0, 0, 1}, {0, 0, 1, 0}});
    for (const ConvMapping mapping : {ConvMapping::unrolled, ConvMapping::channel, ConvMapping::channel_first}) {
        const Layer mapped = map_convolutions({"net", {layer}}, mapping).layers[0];
        CHECK(mapped.pattern == whole);
        CHECK(mapped.values == layer.values);
        CHECK(mapped.groups == 1);
        CHECK(mapped.blocks == 2);
        CHECK(mapped.fed_by == layer.fed_by);
        CHECK(positions(mapped) == 8);
        CHECK(map_convolution(mapped, ConvMapping::unrolled).layer.pattern == whole);
    }
    layer.groups = 3;
    CHECK_THROWS_WITH(block_diagonal(layer), Contains("'conv'") && Contains("no multiple of 3 groups"));
}

TEST_CASE("conv mapping: all three agree with their definition on random kernels", "[topology][conv_mapping]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (int k = 0; k < 50; ++k) {
        const std::size_t out = 1 + stream.below(6);
        const std::size_t in = 1 + stream.below(6);
        const std::size_t kh = 1 + stream.below(4);
        const std::size_t kw = 1 + stream.below(4);
        Layer layer{"c", {out, in, kh, kw}, random_pattern(out, in * kh * kw, k / 49.0, stream), {}};
        for (std::size_t e = 0; e < layer.pattern.edges(); ++e)
            layer.values.push_back(static_cast<float>(stream.below(100)) - 50);

        const MappedLayer channel = map_convolution(layer, ConvMapping::channel);
        const Layer first = map_convolution(layer, ConvMapping::channel_first).layer;
        std::map<std::pair<std::size_t, std::size_t>, std::pair<std::uint32_t, double>> kernels;
        std::size_t at = 0;
        for (std::size_t o = 0; o < out; ++o) {
            for (const std::uint32_t col : layer.pattern.row(o)) {
                const std::size_t i = col / (kh * kw);
                auto& [count, norm] = kernels[{o, i}];
                ++count;
                norm += std::fabs(layer.values[at++]);
                CHECK(first.pattern.contains(o * kh * kw + col % (kh * kw), i));
            }
        }
        CHECK(first.pattern.edges() == layer.pattern.edges());
        REQUIRE(channel.layer.pattern.edges() == kernels.size());
        std::size_t edge = 0;
        for (const auto& [place, kernel] : kernels) {  // ascending, as rows and columns do
            CHECK(channel.layer.pattern.contains(place.first, place.second));
            CHECK(channel.multiplicity[edge] == kernel.first);
            CHECK(channel.layer.values[edge] == Approx(kernel.second));
            ++edge;
        }
    }
}

TEST_CASE("conv mapping: linear layers, masks without weights, empty and full kernels", "[topology][conv_mapping]") {
    const Layer linear{"fc", {2, 3}, pattern({{1, 0, 1}, {0, 0, 0}}), {}};
    for (const ConvMapping mapping : {ConvMapping::unrolled, ConvMapping::channel, ConvMapping::channel_first}) {
        CHECK(map_convolution(linear, mapping).layer.pattern == linear.pattern);
        const Layer none{"c", {2, 2, 1, 2}, Pattern::empty(2, 4), {}};
        CHECK(map_convolution(none, mapping).layer.pattern.edges() == 0);
    }
    const Layer full{"c", {2, 2, 1, 2}, Pattern::full(2, 4), {}};
    const MappedLayer mapped = map_convolution(full, ConvMapping::channel);
    CHECK(mapped.layer.pattern.is_full());
    CHECK(mapped.layer.values.empty());
    CHECK(mapped.multiplicity == std::vector<std::uint32_t>(4, 2));
    CHECK(map_convolution(full, ConvMapping::channel_first).layer.pattern == Pattern::full(4, 2));
    // Over sequences a kernel has one side.
    const MappedLayer sequence = map_convolution({"c", {2, 2, 2}, Pattern::full(2, 4), {}}, ConvMapping::channel);
    CHECK(sequence.layer.pattern == mapped.layer.pattern);
    CHECK(sequence.multiplicity == mapped.multiplicity);
}

TEST_CASE("conv mapping: channels of a network chain", "[topology][conv_mapping]") {
    const Topology network{"net", {small_convolution(), {"next", {3, 2, 2, 2}, Pattern::full(3, 8), {}}}};
    CHECK(require_chain(network) == std::vector<std::size_t>{2, 4});
    CHECK(require_chain(map_convolutions(network, ConvMapping::channel)) == std::vector<std::size_t>{1, 1});
    CHECK_THROWS_AS(require_chain(map_convolutions(network, ConvMapping::channel_first)), FormatError);
    CHECK_THROWS_WITH(parse_conv_mapping("chanel"),
                      Contains("unrolled, channel, channel_first") && Contains("mean 'channel'"));
    CHECK(parse_conv_mapping("channel_first") == ConvMapping::channel_first);
}

}  // namespace espalier::topology
