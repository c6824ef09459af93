#pragma once

#include <espalier/sparsity/saliency/problem.hpp>

namespace espalier::sparsity {

/// |w|. With one ranking of all layers mainly wide layers lose weights, whose initial ones are small.
/// Source: definitions.md 2.12; `global_magnitude` of Liu et al., ICLR 2022 (Random_Pruning).
SaliencyMasks magnitude(const SaliencyProblem& problem);

/// Uniform noise: with one ranking of all layers, every set of positions is equally likely.
SaliencyMasks random_positions(const SaliencyProblem& problem);

}  // namespace espalier::sparsity
