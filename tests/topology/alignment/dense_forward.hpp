#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <espalier/topology/files/stored_network.hpp>

#include "support.hpp"

namespace espalier::testing {

/// The array of a layer whose name ends so, or nothing.
inline const std::vector<float>* find_array(const topology::StoredNetwork& network, const std::string& layer_end,
                                            const std::string& name) {
    for (const topology::StoredParameter& parameter : network.parameters) {
        if (parameter.name == name && parameter.layer.ends_with(layer_end)) return &parameter.values;
    }
    return nullptr;
}

inline double srelu(double x, double t_l, double a_l, double t_r, double a_r) {
    if (x <= t_l) return t_l + a_l * (x - t_l);
    return x >= t_r ? t_r + a_r * (x - t_r) : x;
}

/// Logits for one input, position by position in double: layers fc1, fc2, ... with SReLU (srelu1, ...) where the
/// network has its arrays, else ReLU, between them.
inline std::vector<double> dense_logits(const topology::StoredNetwork& network, std::vector<double> units) {
    const std::vector<topology::Layer>& layers = network.topology.layers;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        const topology::Layer& layer = layers[l];
        const std::string number = std::to_string(l + 1);
        const std::vector<float>* bias = find_array(network, "fc" + number, "bias");
        std::vector<double> next(layer.pattern.rows(), 0.0);
        for (std::size_t i = 0; i < next.size(); ++i) {
            std::size_t edge = layer.pattern.row_begin(i);
            if (bias != nullptr) next[i] = (*bias)[i];
            for (const std::uint32_t x : layer.pattern.row(i)) next[i] += layer.values[edge++] * units[x];
            if (l + 1 == layers.size()) continue;
            const auto number_of = [&](const char* name) {
                const std::vector<float>* array = find_array(network, "srelu" + number, name);
                return array == nullptr ? std::nan("") : static_cast<double>((*array)[i]);
            };
            const double left = number_of("left_threshold");
            next[i] = std::isnan(left) ? std::max(0.0, next[i])
                                       : srelu(next[i], left, number_of("left_slope"), number_of("right_threshold"),
                                               number_of("right_slope"));
        }
        units = std::move(next);
    }
    return units;
}

/// The largest difference of logits over a few random inputs, in units of the largest logit.
inline double logit_difference(const topology::StoredNetwork& a, const topology::StoredNetwork& b, Stream& stream) {
    double difference = 0;
    double largest = 0;
    for (int trial = 0; trial < 3; ++trial) {
        const std::vector<double> input = random_values(a.topology.layers.front().pattern.cols(), stream);
        const std::vector<double> first = dense_logits(a, input);
        const std::vector<double> second = dense_logits(b, input);
        for (std::size_t c = 0; c < first.size(); ++c) {
            difference = std::max(difference, std::abs(first[c] - second[c]));
            largest = std::max(largest, std::abs(first[c]));
        }
    }
    return largest == 0 ? difference : difference / largest;
}

}  // namespace espalier::testing
