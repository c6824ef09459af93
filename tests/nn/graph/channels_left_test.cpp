#include <algorithm>
#include <cmath>

#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/graph/channels_left.hpp>
#include <espalier/nn/models/layer_list.hpp>

#include "support.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

using Stays = std::vector<std::uint8_t>;

/// Three channels of 4x4 pixels from a convolution with bias, which a second one of this kernel and padding takes.
NetworkSpec two_convolutions(std::size_t kernel, std::size_t padding) {
    const std::vector<LayerEntry> entries = {
        {.kind = "conv2d", .name = "first", .channels = 3},
        {.kind = "relu", .name = "relu"},
        {.kind = "conv2d",
         .name = "second",
         .channels = 2,
         .kernel = {kernel, kernel},
         .padding_before = {padding, padding},
         .padding_after = {padding, padding}},
        {.kind = "adaptive_avg_pool", .name = "pool"},
        {.kind = "flatten", .name = "flatten"},
        {.kind = "linear", .name = "last"},
    };
    return layer_list_spec(entries, Sample{2, 4, 4}, 2);
}

/// All weights 1, but for those of a channel.
Network<float> ones(const NetworkSpec& spec, std::vector<Pattern> masks) {
    Network<float> network = build<float>(spec, std::move(masks), {});
    for (const ParameterEntry<float>& entry : network.table().entries())
        std::ranges::fill(entry.parameter->values, entry.weight != nullptr ? 1.0F : 0.0F);
    return network;
}

void set_bias(Network<float>& network, std::size_t node, std::size_t channel, float value) {
    for (const ParameterEntry<float>& entry : network.table().of(node)) {
        if (entry.weight == nullptr) entry.parameter->values[channel] = value;
    }
}

}  // namespace

TEST_CASE("channels left: one without outgoing weights goes, and what leads to it alone", "[nn][images]") {
    const NetworkSpec spec = two_convolutions(3, 1);
    std::vector<std::uint64_t> kept;
    for (std::uint64_t p = 0; p < 54; ++p) {
        if (p % 27 / 9 != 1) kept.push_back(p);
    }
    const Pattern second = Pattern::from_flat(2, 27, kept);
    const Network<float> network = ones(spec, {Pattern::full(3, 2), second, Pattern::full(2, 2)});
    const ChannelsLeft left = channels_left(spec, network);
    CHECK(left.stays[0] == Stays{1, 0, 1});
    CHECK(left.stays[1] == Stays{1, 0, 1});
    CHECK(left.stays[2] == Stays{1, 1});
    CHECK(left.cut_off == 0);
}

TEST_CASE("channels left: a constant goes into biases where no zero padding replaces it", "[nn][images]") {
    const Pattern first = pattern({{1, 1}, {0, 0}, {1, 0}});
    struct Tried {
        std::size_t kernel, padding;
        float bias;
        std::uint8_t stays;
    };
    for (const Tried& tried : {Tried{1, 0, 0.5F, 0}, Tried{3, 0, 0.5F, 0}, Tried{3, 1, 0.5F, 1}, Tried{3, 1, -0.5F, 0},
                               Tried{3, 1, 0.0F, 0}}) {
        INFO(tried.kernel << " padding " << tried.padding << " bias " << tried.bias);
        const NetworkSpec spec = two_convolutions(tried.kernel, tried.padding);
        const std::size_t places = tried.kernel * tried.kernel;
        Network<float> network = ones(spec, {first, Pattern::full(2, 3 * places), Pattern::full(2, 2)});
        set_bias(network, 0, 1, tried.bias);
        const ChannelsLeft left = channels_left(spec, network);
        CHECK(left.stays[0] == Stays{1, tried.stays, 1});
        CHECK(left.constants[0][1] == static_cast<double>(tried.bias));
        CHECK(left.constants[1][1] == std::max(0.0, static_cast<double>(tried.bias)));
        CHECK(std::isnan(left.constants[1][0]));
        CHECK(left.at_borders == tried.stays);
        CHECK(left.cut_off == tried.stays);
    }
}

TEST_CASE("channels left: weights that are 0 lead nowhere", "[nn][images]") {
    const NetworkSpec spec = two_convolutions(1, 0);
    Network<float> network = ones(spec, {Pattern::full(3, 2), Pattern::full(2, 3), Pattern::full(2, 2)});
    auto& second = network.weight(2)->parameter().values;
    second[0] = second[3] = 0.0F;
    CHECK(channels_left(spec, network).stays[0] == Stays{0, 1, 1});
}

TEST_CASE("channels left: terms of a sum stay or go together", "[nn][images]") {
    const std::vector<LayerEntry> entries = {
        {.kind = "conv2d", .name = "stem", .channels = 3},
        {.kind = "conv2d", .name = "inner", .channels = 4},
        {.kind = "conv2d", .name = "outer", .channels = 3},
        {.kind = "sum", .name = "sum", .with = "stem"},
        {.kind = "adaptive_avg_pool", .name = "pool"},
        {.kind = "flatten", .name = "flatten"},
        {.kind = "linear", .name = "last"},
    };
    const NetworkSpec spec = layer_list_spec(entries, Sample{2, 4, 4}, 2);
    // Channel 0: the last layer takes it not, the inner convolution does. Channel 1: nobody takes it.
    const Network<float> network =
        ones(spec, {Pattern::full(3, 2), pattern({{1, 0, 1}, {1, 0, 0}, {0, 0, 1}, {1, 0, 1}}),
                    pattern({{1, 1, 0, 0}, {1, 1, 1, 1}, {0, 1, 0, 0}}), pattern({{0, 0, 1}, {0, 0, 1}})});
    const ChannelsLeft left = channels_left(spec, network);
    CHECK(left.stays[0] == Stays{1, 0, 1});
    CHECK(left.stays[1] == Stays{1, 1, 0, 0});  // what only channel 1 took goes
    CHECK(left.stays[2] == Stays{1, 0, 1});
    CHECK(left.stays[3] == Stays{1, 0, 1});
}

TEST_CASE("channels left: grouped convolutions and shortcuts with zeros keep what they take; every layer keeps one",
          "[nn][images]") {
    const std::vector<LayerEntry> entries = {
        {.kind = "conv2d", .name = "stem", .channels = 4},
        {.kind = "conv2d", .name = "grouped", .channels = 4, .groups = 2},
        {.kind = "conv2d", .name = "depthwise", .channels = 4, .groups = 4},
        {.kind = "adaptive_avg_pool", .name = "pool"},
        {.kind = "flatten", .name = "flatten"},
        {.kind = "linear", .name = "last"},
    };
    const NetworkSpec spec = layer_list_spec(entries, Sample{2, 4, 4}, 2);
    const Network<float> network = ones(spec, {pattern({{1, 1}, {0, 0}, {1, 1}, {1, 1}}), Pattern::full(4, 2),
                                               Pattern::full(4, 1), pattern({{1, 0, 0, 1}, {1, 0, 0, 1}})});
    const ChannelsLeft left = channels_left(spec, network);
    CHECK(left.stays[0] == Stays{1, 1, 1, 1});
    CHECK(left.stays[1] == Stays{1, 1, 1, 1});
    CHECK(left.stays[2] == Stays{1, 1, 1, 1});  // tied to the grouped one
    CHECK(left.cut_off == 1);

    const NetworkSpec chain = two_convolutions(3, 1);
    const Network<float> empty = ones(chain, {Pattern::empty(3, 2), Pattern::empty(2, 27), Pattern::full(2, 2)});
    const ChannelsLeft few = channels_left(chain, empty);
    CHECK(few.stays[0] == Stays{1, 0, 0});
    CHECK(few.stays[2] == Stays{1, 0});
    CHECK(few.cut_off == 2);
}

}  // namespace espalier::nn
