#pragma once

#include "networks.hpp"

namespace espalier::testing {

inline topology::Layer with_weights(topology::Layer layer, Stream& stream) {
    for (const double value : random_values(layer.pattern.edges(), stream)) {
        layer.values.push_back(static_cast<float>(value));
    }
    return layer;
}

/// 9 inputs, 6 hidden neurons of `block` places each, 4 outputs.
inline topology::Topology random_weighted_network(std::size_t block, Stream& stream) {
    topology::Topology net =
        network("random", {random_pattern(6, 9, 0.5, stream), random_pattern(4, 6 * block, 0.5, stream)});
    for (topology::Layer& one : net.layers) one = with_weights(one, stream);
    return net;
}

inline std::vector<std::vector<double>> dense_weights(const topology::Layer& layer) {
    std::vector<std::vector<double>> rows(layer.pattern.rows(), std::vector<double>(layer.pattern.cols(), 0.0));
    for (std::size_t a = 0; a < rows.size(); ++a) {
        const auto inputs = layer.pattern.row(a);
        for (std::size_t k = 0; k < inputs.size(); ++k) {
            rows[a][inputs[k]] = layer.values[layer.pattern.row_begin(a) + k];
        }
    }
    return rows;
}

/// Row a and column x of the layer become row rows[a] and column cols[x], weights with them.
inline topology::Layer renumbered(const topology::Layer& layer, const std::vector<std::uint32_t>& rows,
                                  const std::vector<std::uint32_t>& cols) {
    const auto weights = dense_weights(layer);
    std::vector<std::vector<double>> moved = weights;
    for (std::size_t a = 0; a < weights.size(); ++a) {
        for (std::size_t x = 0; x < weights[a].size(); ++x) moved[rows[a]][cols[x]] = weights[a][x];
    }
    topology::Layer copy{layer.name, layer.shape, renumbered(layer.pattern, rows, cols), {}};
    for (std::size_t a = 0; a < moved.size(); ++a) {
        for (const std::uint32_t x : copy.pattern.row(a)) copy.values.push_back(static_cast<float>(moved[a][x]));
    }
    return copy;
}

}  // namespace espalier::testing
