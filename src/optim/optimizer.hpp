#pragma once

#include <cstdint>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/nn/parameters/parameter.hpp>

namespace espalier::optim {

enum class OptimizerKind { sgd, adam, adamw };

/// sgd, adam, adamw.
const std::vector<Choice<OptimizerKind>>& optimizers();

struct OptimizerOptions {
    OptimizerKind kind = OptimizerKind::sgd;
    double momentum = 0.9;
    bool nesterov = false;
    double weight_decay = 0.0;  ///< L2, added to the gradient; of adamw a factor of its own
    double beta_1 = 0.9;
    double beta_2 = 0.999;
    double epsilon = 1e-8;
    bool decays_weights_alone = false;  ///< not biases, normalisations, scales and parameters of activations
};

/// How many state arrays each parameter carries: momentum 1, Adam 2. State exists for kept weights alone, so whatever
/// leaves the mask loses it (definitions.md 3.2), Adam's moments too.
std::size_t state_arrays(const OptimizerOptions& options);

/// Gives every parameter its state arrays, zero.
template <class T>
void prepare(const OptimizerOptions& options, const std::vector<nn::Parameter<T>*>& parameters);

/// One optimizer step with the gradients the parameters hold, of the elements whose state is held here.
/// @param step steps done before this one; Adam's bias correction counts from it
template <class T>
void update(const OptimizerOptions& options, const std::vector<nn::Parameter<T>*>& parameters, double learning_rate,
            std::int64_t step);

}  // namespace espalier::optim
