#pragma once

#include <espalier/tickets/selection.hpp>
#include <espalier/topology/superposition/members.hpp>

namespace espalier::tickets {

/// The mean of all, pruned once.
topology::StoredNetwork uniform_soup(topology::Members tickets, const topology::WeightBudget& budget);

/// Tickets are sorted by validation accuracy, of equal ones the earlier first; the soup begins with the best, and each
/// further one stays in where the accuracy of the mean, pruned, does not drop.
///
/// Source: Wortsman et al., "Model soups", ICML 2022, recipe 1; for tickets definitions.md 5.5.
/// @param accuracies  the tickets' own on validation data, one each
/// Cost: a score for each ticket but the best.
Selected greedy_soup(topology::Members tickets, std::span<const double> accuracies,
                     const topology::WeightBudget& budget, const Score& score);

}  // namespace espalier::tickets
