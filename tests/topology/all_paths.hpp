#pragma once

#include <algorithm>

#include <espalier/topology/topology.hpp>

#include "networks.hpp"

// Slow twins of everything about paths: on tiny networks all of them are listed.

namespace espalier::testing {

/// One step of a path: a kept weight, and the neurons it joins.
struct Step {
    std::size_t from;
    std::size_t input;
    std::size_t to;
    std::size_t edge;  ///< its place among the layer's values
};
using Path = std::vector<Step>;

/// Inputs of layer k that are one neuron before it.
inline std::size_t block_of(const topology::Topology& net, std::size_t k) {
    const topology::Layer& layer = net.layers[k];
    if (layer.shape.size() == 4) return layer.shape[2] * layer.shape[3];
    return k == 0 ? 1 : layer.pattern.cols() / net.layers[k - 1].pattern.rows();
}

inline std::size_t level_width(const topology::Topology& net, std::size_t level) {
    return level == 0 ? net.layers[0].pattern.cols() / block_of(net, 0) : net.layers[level - 1].pattern.rows();
}

inline void extend(const topology::Topology& net, Path& path, std::vector<Path>& all) {
    const std::size_t k = path.size();
    if (k == net.layers.size()) {
        all.push_back(path);
        return;
    }
    const Pattern& pattern = net.layers[k].pattern;
    for (std::size_t to = 0; to < pattern.rows(); ++to) {
        std::size_t edge = pattern.row_begin(to);
        for (const std::uint32_t input : pattern.row(to)) {
            const std::size_t from = input / block_of(net, k);
            if (path.empty() || path.back().to == from) {
                path.push_back({from, input, to, edge});
                extend(net, path, all);
                path.pop_back();
            }
            ++edge;
        }
    }
}

/// Every path from input to output.
inline std::vector<Path> all_paths(const topology::Topology& net) {
    std::vector<Path> all;
    Path path;
    extend(net, path, all);
    return all;
}

/// The neuron of a level that a path passes.
inline std::size_t neuron_at(const Path& path, std::size_t level) {
    return level == 0 ? path[0].from : path[level - 1].to;
}

/// A tiny network of 1 to 4 layers, some of its first ones convolutions, with values.
inline topology::Topology tiny_network(Stream& stream) {
    topology::Topology net{"tiny", {}};
    std::size_t channels = 1 + stream.below(4);
    const std::size_t layers = 1 + stream.below(4);
    bool may_convolve = stream.below(2) == 0;
    const double density = 0.15 + 0.1 * static_cast<double>(stream.below(7));
    for (std::size_t k = 0; k < layers; ++k) {
        may_convolve = may_convolve && stream.below(3) != 0;
        const std::size_t outputs = 1 + stream.below(4);
        const std::size_t kw = 1 + stream.below(2);
        const std::size_t block = may_convolve ? 2 * kw : k == 0 ? 1 : 1 + stream.below(2);
        topology::Layer layer{"layer" + std::to_string(k),
                              {outputs, channels * block},
                              random_pattern(outputs, channels * block, density, stream),
                              {}};
        if (may_convolve) layer.shape = {outputs, channels, 2, kw};
        for (const double value : random_values(layer.pattern.edges(), stream)) {
            layer.values.push_back(static_cast<float>(value));
        }
        net.layers.push_back(std::move(layer));
        channels = outputs;
    }
    return net;
}

/// Calls body(net) for `count` tiny networks, the failing one's number in the message.
template <class Body>
void for_tiny_networks(std::uint32_t count, const Body& body) {
    for (std::uint32_t trial = 0; trial < count; ++trial) {
        INFO(seed_text() << ", network " << trial);
        Stream stream = test_stream(trial);
        body(tiny_network(stream));
    }
}

/// Dense layers of these widths.
inline topology::Topology dense_network(const std::vector<std::size_t>& widths) {
    std::vector<Pattern> patterns;
    for (std::size_t k = 1; k < widths.size(); ++k) patterns.push_back(Pattern::full(widths[k], widths[k - 1]));
    return network("dense", std::move(patterns));
}

/// The worked example of definitions.md 6.31: A and then C.
///     inputs 0 1 2 3 -> hidden 0: 0 2, hidden 1: 0 1, hidden 2: 1 2 3; hidden 0 -> output 0, hidden 1 -> outputs 0 1
inline topology::Topology worked_example() {
    return network("worked", {pattern({{1, 0, 1, 0}, {1, 1, 0, 0}, {0, 1, 1, 1}}), pattern({{1, 1, 0}, {0, 1, 0}})});
}

}  // namespace espalier::testing
