#pragma once

#include <espalier/sparsity/saliency/problem.hpp>

namespace espalier::sparsity {

/// |w * dR/dw| of every position, R the sum of the outputs for an input of ones with all parameters replaced by their
/// absolute values: the flow of signal through the position. Without biases it is conserved: what enters a hidden
/// neuron leaves it, and every layer's sum is R.
///
/// In double. Where the outputs would leave its range every layer is multiplied by one power of two (and the biases of
/// layer l by its l-th power), which changes no ranking.
LayerScores synflow_scores(const SaliencyProblem& problem);

/// Iterative, without data: what is removed stays so.
/// Source: Tanaka et al., "Pruning neural networks without any data by iteratively conserving synaptic flow", NeurIPS
/// 2020 (definitions.md 2.11). Cost: `passes` forward and backward passes of one sample.
SaliencyMasks synflow(const SaliencyProblem& problem);

}  // namespace espalier::sparsity
