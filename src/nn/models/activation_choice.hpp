#pragma once

#include <string_view>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/nn/models/spec.hpp>

namespace espalier::nn {

struct ActivationChoice;

struct Activation : Named {
    double (*slope)(const ActivationChoice& choice, std::size_t number);  ///< below 0
    bool is_rectifier;                                                    ///< gains are He et al.'s
    std::size_t trained_a_feature;                                        ///< numbers that it trains
};

/// relu, leaky_relu, srelu, all_relu, sigmoid.
const std::vector<Activation>& activations();

/// @throws ConfigError for an unknown name
const Activation& activation(std::string_view name);

/// Which activation follows hidden layers, and its numbers.
struct ActivationChoice {
    const Activation* kind = &activations().front();
    double leaky_slope = 0.01;
    double all_relu_slope = 0.6;

    /// Slope below 0 behind hidden layer `number` (the first is 1); 0 of srelu, which trains its own, and of sigmoid.
    double slope(std::size_t number) const;
    /// He et al.'s gain, sqrt(2 / (1 + slope^2)); srelu takes that of ReLU, sigmoid 1.
    double gain(std::size_t number) const;
};

/// The node behind hidden layer `number`: "relu1".
NodeSpec activation_spec(const ActivationChoice& choice, std::size_t number, std::size_t features);

}  // namespace espalier::nn
