#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <espalier/topology/alignment/permutation.hpp>

#include "topology/networks.hpp"

namespace espalier::testing {

/// What a random network with hidden units is made of.
struct HiddenNetwork {
    std::vector<std::size_t> widths;  ///< inputs first, outputs last
    double density = 0.1;
    bool with_biases = true;
    bool with_srelu = false;          ///< four numbers a hidden unit, as SReLU layers have them; else ReLU
    std::vector<double> scales = {};  ///< of the layers' weights; empty: 1
    double twins = 0;                 ///< this share of hidden units has the inputs of the unit before, weights too
    double without_inputs = 0;        ///< this share of hidden units has none
    double levels = 0;                ///< weights are so many whole numbers; 0: any
};

inline std::vector<float> uniform_floats(std::size_t count, double low, double high, Stream& stream) {
    std::vector<float> values;
    for (const double value : random_values(count, stream)) {
        values.push_back(static_cast<float>(low + (high - low) * (value + 1) / 2));
    }
    return values;
}

/// "002_fc2"
inline std::string numbered_layer(std::size_t number, const std::string& name) {
    const std::string digits = std::to_string(number);
    return std::string(3 - digits.size(), '0') + digits + "_" + name;
}

inline topology::Layer hidden_layer(const HiddenNetwork& what, std::size_t l, Stream& stream) {
    const std::size_t rows = what.widths[l + 1];
    const std::size_t cols = what.widths[l];
    const bool is_hidden = l + 2 < what.widths.size();
    const double scale = what.scales.empty() ? 1.0 : what.scales[l];
    std::vector<std::vector<double>> weights(rows, std::vector<double>(cols, 0.0));
    for (std::size_t i = 0; i < rows; ++i) {
        const double kind = is_hidden ? (random_values(1, stream)[0] + 1) / 2 : 1.0;
        for (std::size_t x = 0; x < cols; ++x) {
            const std::vector<double> drawn = random_values(2, stream);
            if ((drawn[0] + 1) / 2 >= what.density) continue;
            weights[i][x] = what.levels > 0 ? std::ceil(std::abs(drawn[1]) * what.levels) : drawn[1];
            weights[i][x] *= scale;
        }
        if (kind < what.without_inputs) {
            weights[i].assign(cols, 0.0);
        } else if (i > 0 && kind < what.without_inputs + what.twins) {
            weights[i] = weights[i - 1];
        }
    }
    std::vector<std::uint64_t> flat;
    std::vector<float> values;
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t x = 0; x < cols; ++x) {
            if (weights[i][x] == 0) continue;
            flat.push_back(i * cols + x);
            values.push_back(static_cast<float>(weights[i][x]));
        }
    }
    Pattern pattern = flat.size() == rows * cols ? Pattern::full(rows, cols) : Pattern::from_flat(rows, cols, flat);
    return {numbered_layer(2 * l, "fc" + std::to_string(l + 1)), {rows, cols}, std::move(pattern), std::move(values)};
}

inline topology::StoredNetwork hidden_network(const HiddenNetwork& what, Stream& stream) {
    topology::StoredNetwork network{{.label = "random", .layers = {}}, {}};
    for (std::size_t l = 0; l + 1 < what.widths.size(); ++l) {
        network.topology.layers.push_back(hidden_layer(what, l, stream));
        const std::size_t units = what.widths[l + 1];
        const bool is_hidden = l + 2 < what.widths.size();
        if (what.with_biases) {
            network.parameters.push_back(
                {network.topology.layers[l].name, "bias", uniform_floats(units, -0.2, 0.2, stream)});
        }
        if (!what.with_srelu || !is_hidden) continue;
        const std::string name = numbered_layer(2 * l + 1, "srelu" + std::to_string(l + 1));
        network.parameters.push_back({name, "left_threshold", uniform_floats(units, -0.3, 0.0, stream)});
        network.parameters.push_back({name, "left_slope", uniform_floats(units, 0.0, 1.0, stream)});
        network.parameters.push_back({name, "right_threshold", uniform_floats(units, 0.1, 0.8, stream)});
        network.parameters.push_back({name, "right_slope", uniform_floats(units, 0.5, 1.0, stream)});
    }
    return network;
}

inline topology::Permutations random_permutations(const topology::StoredNetwork& network, Stream& stream) {
    topology::Permutations permutations;
    for (const topology::UnitGroup& group : topology::unit_groups(network)) {
        permutations.push_back(random_permutation(group.size, stream));
    }
    return permutations;
}

/// Every weight and array number gets `share` of its layer's root mean square, normally about (a sum of 12 uniforms).
inline topology::StoredNetwork with_noise(topology::StoredNetwork network, double share, Stream& stream) {
    const auto disturb = [&](std::vector<float>& values) {
        double squares = 0;
        for (const float value : values) squares += static_cast<double>(value) * value;
        const double size = values.empty() ? 0 : std::sqrt(squares / static_cast<double>(values.size()));
        for (float& value : values) {
            double noise = 0;
            for (const double part : random_values(12, stream)) noise += part / 2;
            value += static_cast<float>(share * size * noise);
        }
    };
    for (topology::Layer& layer : network.topology.layers) disturb(layer.values);
    for (topology::StoredParameter& parameter : network.parameters) disturb(parameter.values);
    return network;
}

/// The mean of both networks' weights and arrays, position by position.
inline topology::StoredNetwork midpoint(const topology::StoredNetwork& a, const topology::StoredNetwork& b) {
    topology::StoredNetwork mean = a;
    for (std::size_t l = 0; l < a.topology.layers.size(); ++l) {
        const topology::Layer& first = a.topology.layers[l];
        const topology::Layer& second = b.topology.layers[l];
        std::vector<float> dense(first.pattern.positions(), 0.0F);
        for (const topology::Layer* one : {&first, &second}) {
            for (std::size_t i = 0; i < one->pattern.rows(); ++i) {
                std::size_t edge = one->pattern.row_begin(i);
                for (const std::uint32_t x : one->pattern.row(i)) {
                    dense[i * one->pattern.cols() + x] += one->values[edge++] / 2;
                }
            }
        }
        mean.topology.layers[l].pattern = Pattern::full(first.pattern.rows(), first.pattern.cols());
        mean.topology.layers[l].values = std::move(dense);
    }
    for (std::size_t k = 0; k < a.parameters.size(); ++k) {
        for (std::size_t i = 0; i < a.parameters[k].values.size(); ++i) {
            mean.parameters[k].values[i] = (a.parameters[k].values[i] + b.parameters[k].values[i]) / 2;
        }
    }
    return mean;
}

}  // namespace espalier::testing
