#pragma once

#include <memory>
#include <string>
#include <vector>

#include <espalier/base/named.hpp>
#include <espalier/base/random.hpp>
#include <espalier/nn/layer.hpp>

namespace espalier::nn {

/// Which activation follows hidden layers, and its numbers.
struct ActivationChoice {
    std::string kind = "relu";
    double leaky_slope = 0.01;
    double all_relu_slope = 0.6;

    /// Left slope behind hidden layer `number` (the first is 1); not of srelu, which trains its own, nor of sigmoid.
    double slope(std::size_t number) const;
    /// He et al.'s gain, sqrt(2 / (1 + slope^2)); srelu takes that of ReLU, sigmoid 1.
    double gain(std::size_t number) const;
};

/// relu, leaky_relu, srelu, all_relu, sigmoid.
const std::vector<Named>& activations();

/// @param number of the hidden layer, from 1; All-ReLU alternates its sign with it
/// @param stream for trained starting values
/// @throws ConfigError for an unknown kind
template <class T>
std::unique_ptr<Layer<T>> make_activation(const ActivationChoice& choice, std::size_t number, std::size_t features,
                                          const Stream& stream);

}  // namespace espalier::nn
