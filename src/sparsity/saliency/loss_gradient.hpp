#pragma once

#include <vector>

#include <espalier/sparsity/saliency/problem.hpp>

namespace espalier::sparsity {

/// The gradient of the mean cross-entropy of a batch at softmax(logits / temperature), into the network's parameters;
/// returns the loss. Dropout, where the network has it, is off.
/// @param running_statistics  normalisations over the batch use their running means, as in evaluation
/// @param blocks  that the batch is summed by, as those of training are
double take_loss_gradient(nn::Network<double>& network, const Samples& samples, double temperature = 1.0,
                          bool running_statistics = false, std::size_t blocks = 1);

/// The sum of the batches' gradients, layer by layer, with the statistics that the problem's options say; biases left
/// out.
std::vector<std::vector<double>> weight_gradients(const SaliencyProblem& problem, double temperature = 1.0);

}  // namespace espalier::sparsity
