#pragma once

#include <espalier/sparsity/saliency/problem.hpp>

namespace espalier::sparsity {

/// Random walks over the weights from input to output and back; what they pass is kept.
///
/// From a neuron a walk goes on with probability in proportion to |w|, uniformly where all are 0. Even walks begin at
/// an input, odd ones at an output, neurons in turn. Of images neurons are channels, and one weight of a kernel is kept
/// at each step; where ways part or meet around a residual block the walk chooses by the absolute weights that it would
/// meet next, an addition counting as a weight of 1. A walk is always completed, so the count may be exceeded by at
/// most the number of layers that a walk passes less one, unless `trim` stops the last one: then a path may be left
/// open. Every kept weight lies on a path from input to output (but for a trimmed walk).
/// @throws ConfigError where the density is so near to 1 that walks do not reach it: 200 a position were not enough
/// Cost: O(walks * layers * log(neurons)), 16 bytes per position.
/// Source: Patil and Dovrolis, "PHEW: constructing sparse networks that learn fast and generalize well without training
/// data", ICML 2021 (definitions.md 2.13).
SaliencyMasks phew(const SaliencyProblem& problem);

}  // namespace espalier::sparsity
