#pragma once

#include <functional>

#include <espalier/sparsity/saliency/problem.hpp>

namespace espalier::sparsity {

/// Masks of exactly the best `count` positions of all layers, by (score descending, layer, flat index); layers left out
/// are full. With min_per_layer the best of each layer come first.
/// @throws NumericError for a score that is not a number, naming the layer; ConfigError where the minimum of all layers
/// is more than the count
/// Cost: O(positions).
std::vector<Pattern> keep_best(const SaliencyProblem& problem, LayerScores scores, std::size_t count);

/// What the problem asks for: its count of all positions, or that of each layer.
std::vector<Pattern> keep_best(const SaliencyProblem& problem, LayerScores scores);

/// Scores of the network as it stands, removed weights being 0; `dense` are the weights of all positions, layer by
/// layer.
using ScoresOfPass = std::function<LayerScores(const std::vector<AlignedVector<double>>& dense)>;

/// The masks of an iterative method: `passes` times the network is scored as the last masks left it, and the best
/// round(D_k N) of all positions stay, D_k = D^(k/passes) or, linear, 1 - (1 - D) k/passes.
/// @param permanent  removed positions do not come back, whatever their score
std::vector<Pattern> keep_best_by_passes(const SaliencyProblem& problem, bool permanent, const ScoresOfPass& scores);

}  // namespace espalier::sparsity
