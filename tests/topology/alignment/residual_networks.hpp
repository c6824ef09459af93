#pragma once

#include "hidden_networks.hpp"

namespace espalier::testing {

/// What a small network of convolutions with residual streams is made of.
enum class ResidualKind {
    projected,  ///< shortcuts with weights (option B)
    padded,     ///< shortcuts without: the narrower stream is in the middle of the wider (option A)
    depthwise,  ///< pairs of a depthwise and a pointwise convolution, one after the other
};

struct ResidualBuilder {
    Stream& stream;
    topology::StoredNetwork network{{.label = "residual", .layers = {}}, {}};
    std::size_t number = 0;

    /// A convolution with a normalisation behind it. @return its name
    std::string add(const std::string& name, std::vector<std::size_t> shape, std::vector<std::string> fed_by) {
        const std::size_t cols = shape.size() == 4 ? shape[1] * shape[2] * shape[3] : shape[1];
        Pattern mask = random_pattern(shape[0], cols, 0.7, stream);
        std::vector<float> values = uniform_floats(mask.edges(), -1, 1, stream);
        const std::string full = numbered_layer(number++, name);
        const bool is_convolution = shape.size() == 4;
        const std::size_t outputs = shape[0];
        network.topology.layers.push_back({full, std::move(shape), std::move(mask), std::move(values), fed_by});
        if (!is_convolution) {
            network.parameters.push_back({full, "bias", uniform_floats(outputs, -1, 1, stream)});
            return full;
        }
        const std::string norm = numbered_layer(number++, "bn_" + name);
        for (const char* array : {"weight", "bias", "running_mean", "running_var"})
            network.parameters.push_back({norm, array, uniform_floats(outputs, 0.1, 1, stream)});
        return full;
    }
};

/// Two stages of SLaK (Liu et al., ICLR 2023): added depthwise stripes, a normalisation, linear layers on pixels with
/// biases, trained factors of the channels, and the stream around all that.
inline topology::StoredNetwork slak_network_stored(Stream& stream) {
    ResidualBuilder builder{stream};
    const auto arrays = [&](const std::string& name, std::size_t channels, const std::vector<std::string>& all) {
        const std::string full = numbered_layer(builder.number++, name);
        for (const std::string& array : all)
            builder.network.parameters.push_back({full, array, uniform_floats(channels, 0.1, 1, stream)});
    };
    std::vector<std::string> writers;
    std::size_t before = 3;
    for (const std::size_t width : {6, 10}) {
        const std::string stage = std::to_string(width);
        if (before != 3) arrays("norm_down" + stage, before, {"weight", "bias"});
        writers = {builder.add("down" + stage, {width, before, 2, 2},
                               writers.empty() ? std::vector<std::string>{""} : writers)};
        before = width;
        for (const int block : {0, 1}) {
            const std::string name = stage + "_" + std::to_string(block);
            const std::vector<std::string> branches = {builder.add("tall" + name, {width, 1, 7, 3}, writers),
                                                       builder.add("wide" + name, {width, 1, 3, 7}, writers),
                                                       builder.add("small" + name, {width, 1, 3, 3}, writers)};
            arrays("norm" + name, width, {"weight", "bias"});
            const std::string first = builder.add("pwconv1_" + name, {4 * width, width}, branches);
            writers.push_back(builder.add("pwconv2_" + name, {width, 4 * width}, {first}));
            arrays("block" + name, width, {"gamma"});
        }
    }
    arrays("norm", before, {"weight", "bias"});
    builder.add("head", {10, before}, writers);
    return std::move(builder.network);
}

/// Stages of 4, 8 and 16 channels with two blocks each, of random weights.
inline topology::StoredNetwork residual_network(ResidualKind kind, Stream& stream) {
    ResidualBuilder builder{stream};
    std::vector<std::string> writers = {builder.add("stem", {4, 3, 3, 3}, {""})};
    std::size_t channels = 4;
    for (const std::size_t width : {4, 8, 16}) {
        for (const int block : {0, 1}) {
            const std::string name = std::to_string(width) + "_" + std::to_string(block);
            if (kind == ResidualKind::depthwise) {
                const std::string depthwise = builder.add("dw" + name, {channels, 1, 3, 3}, writers);
                writers = {builder.add("pw" + name, {width, channels, 1, 1}, {depthwise})};
                channels = width;
                continue;
            }
            const std::string first = builder.add("first" + name, {width, channels, 3, 3}, writers);
            const std::string second = builder.add("second" + name, {width, width, 3, 3}, {first});
            if (channels != width && kind == ResidualKind::projected)
                writers = {builder.add("shortcut" + name, {width, channels, 1, 1}, writers)};
            writers.push_back(second);
            channels = width;
        }
    }
    builder.add("fc", {10, channels}, writers);
    return std::move(builder.network);
}

}  // namespace espalier::testing
