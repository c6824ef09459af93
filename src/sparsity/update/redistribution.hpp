#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/sparsity/masks/distribution.hpp>

namespace espalier::sparsity {

/// What redistribution may know of a layer, before and after dropping.
struct LayerBudget {
    Shape shape;
    std::size_t kept = 0;  ///< before dropping
    std::size_t dropped = 0;
    std::size_t capacity = 0;     ///< positions that may grow
    double mean_magnitude = 0.0;  ///< of the weights kept before dropping
    double mean_gradient = 0.0;   ///< absolute, of the same weights
    double mean_momentum = 0.0;   ///< absolute running mean of gradients, of the same weights

    std::size_t survivors() const { return kept - dropped; }
};

/// How the weights dropped in all layers are dealt to them again.
struct Redistribution : Named {
    /// The layers' shares of what grows, none negative; they need not add up to 1.
    std::function<std::vector<double>(std::span<const LayerBudget>, std::size_t total)> shares;
    /// Where a layer's share exceeds its capacity, the rest goes to the others by their shares; else equally (SNFS).
    bool proportional_excess = false;
    bool needs_momentum = false;
    /// A nearly dense layer that wins weights drops no larger share than it lacks (definitions.md 3.9).
    bool spares_dense_layers = false;
};

/// none, erk, magnitude, momentum, gradient, nonzeros, equal.
const std::vector<Redistribution>& redistributions();

/// Shares made to add up to 1; all equal where all are 0 or one is no number.
std::vector<double> normalised(std::vector<double> shares);

/// Exactly `total` weights dealt to the layers by their shares, none over its capacity: by largest remainder, ties to
/// the earlier layer; excess as the redistribution says, until nothing is left. Fewer only where all capacities are
/// used up.
/// Source: definitions.md 3.9; their programs round up each layer and repay the difference later.
std::vector<std::size_t> deal(std::size_t total, const std::vector<double>& shares,
                              const std::vector<std::size_t>& capacities, bool proportional_excess);

}  // namespace espalier::sparsity
