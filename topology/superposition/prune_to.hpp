#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include <espalier/topology/files/stored_network.hpp>

namespace espalier::topology {

/// trunc(density x positions) (definitions.md 5.3), after the last bits that the product of a decimal density is off:
/// 29 of 100 at 0.29.
/// @throws ConfigError for a density outside (0, 1]
std::size_t kept_at(double density, std::size_t positions);

/// Keeps the `keep` weights of largest magnitude of all layers together; of equal ones those of the earlier layer, then
/// of the lower flat index (definitions.md 1.2). A network of fewer weights stays as it is. Other parameters stay.
///
/// @param untouched  layers that stay whole and whose weights count among `keep`, one entry per layer; none where
/// empty.
///     The layers that are full in all members of a superposition, as a rule: they have no mask that could change
///     (dense_layers, a classifier that is never pruned), and the density of the whole stays what the members' is.
/// @throws FormatError where weights are missing or the untouched layers alone have more than `keep`
/// Cost: O(edges) by counting, not by sorting; dealt to threads.
StoredNetwork prune_to(const StoredNetwork& network, std::size_t keep, const std::vector<bool>& untouched = {});

/// The same in each layer by itself.
/// @param keep  one per layer
StoredNetwork prune_layers_to(const StoredNetwork& network, std::span<const std::size_t> keep);

/// How many weights a superposition is brought back to.
struct WeightBudget {
    std::optional<std::size_t> total = {};  ///< of all layers together; nothing: all stay
    std::vector<std::size_t> each = {};     ///< one per layer, instead of a total
    std::vector<bool> untouched = {};       ///< as prune_to() has it, beside a total
};

/// prune_to() or prune_layers_to(), as the budget has it.
StoredNetwork pruned(const StoredNetwork& network, const WeightBudget& budget);

/// The values that a layer has at the positions of `pattern`, all of which it keeps. O(edges).
std::vector<float> values_at(const Layer& layer, const Pattern& pattern);

}  // namespace espalier::topology
