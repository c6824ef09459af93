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
