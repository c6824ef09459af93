#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>

/// Pruning of neurons by the strength of what comes in (definitions.md 3.14).
/// Source: Curci, Mocanu and Pechenizkiy 2021, "Truly sparse neural networks at scale", importance pruning.
namespace espalier::sparsity {

/// When neurons are pruned, and which.
struct ImportancePlan {
    std::int64_t from = 0;   ///< steps: none at this one or before
    std::int64_t every = 0;  ///< steps; 0: never
    double percentile = 20.0;
    bool hard = true;  ///< pruned neurons lose their outgoing weights, too, and never get weights again
};

/// The sum of the absolute values of each neuron's incoming weights, [rows]; 0 where it has none.
/// O(edges), rows dealt to threads.
std::vector<double> importance(const Pattern& pattern, std::span<const float> values);

/// The value below which that share of the values lies, in per cent: a straight line between the two nearest ranks, as
/// numpy.percentile. `values` must not be empty. O(values log values).
double percentile(std::vector<double> values, double percent);

/// [rows] 1 for the neurons whose importance is at most its own percentile, those without weights counted. Where this
/// would be all neurons of the layer, none: the network would be cut in two. (Ours.)
std::vector<std::uint8_t> unimportant(const Pattern& pattern, std::span<const float> values, double percent);

/// The mask without the rows and columns that are marked.
/// @param rows [rows] not 0: no weight of this row stays; empty: all may
/// @param cols [cols]
Pattern without_neurons(const Pattern& pattern, std::span<const std::uint8_t> rows, std::span<const std::uint8_t> cols);

}  // namespace espalier::sparsity
