#pragma once

#include <cstdint>
#include <vector>

#include <espalier/nn/activation_choice.hpp>
#include <espalier/nn/execution.hpp>
#include <espalier/nn/initialise.hpp>
#include <espalier/nn/network.hpp>

namespace espalier::nn {

/// A multilayer perceptron without its masks: inputs, hidden widths, classes.
struct MlpShape {
    std::size_t inputs = 0;
    std::vector<std::size_t> hidden;
    std::size_t classes = 0;  ///< outputs; of an auto-encoder as many as inputs

    /// [outputs, inputs] of each linear layer, in order.
    std::vector<std::vector<std::size_t>> weight_shapes() const;
    /// "fc1", "fc2", ...: what `sparsity.dense_layers` and snapshots call them.
    std::vector<std::string> weight_names() const;
};

struct MlpOptions {
    ActivationChoice activation;
    double dropout = 0.0;  ///< behind every hidden activation
    Initialisation initialisation;
    Execution execution;
    std::uint64_t seed = 0;
};

/// Linear, activation, (dropout), ..., linear; weights initialised, biases zero.
/// @param patterns one a linear layer, shaped as weight_shapes() says
template <class T>
Network<T> make_mlp(const MlpShape& shape, std::vector<Pattern> patterns, const MlpOptions& options);

}  // namespace espalier::nn
