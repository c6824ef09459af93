#pragma once

#include <espalier/sparsity/saliency/problem.hpp>

namespace espalier::sparsity {

/// |gradient * weight| of every position: how much the loss of the batches changes, to first order, with the position's
/// mask. Gradients of several batches are summed before the absolute value.
/// Source: Lee et al., "SNIP: single-shot network pruning based on connection sensitivity", ICLR 2019
/// (definitions.md 2.8).
LayerScores snip_scores(const SaliencyProblem& problem);

/// The best of one pass.
SaliencyMasks snip(const SaliencyProblem& problem);

/// SNIP again and again with the masks found so far, densities falling to the one asked for.
///
/// Permanent (default): a removed position stays so. Otherwise it is scored by the dense gradient of the masked network
/// and its stored weight, and may return, as in FORCE and in the programs derived from SynFlow's.
/// Source: de Jorge et al., "Progressive skeletonization: trimming more fat from a network at initialization", ICLR
/// 2021 (definitions.md 2.9). Cost: `passes` times that of snip().
SaliencyMasks iter_snip(const SaliencyProblem& problem);

}  // namespace espalier::sparsity
