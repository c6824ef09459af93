#pragma once

#include <cstddef>
#include <vector>

#include <espalier/tickets/selection.hpp>
#include <espalier/topology/superposition/members.hpp>

namespace espalier::tickets {

struct LotteryPoolOptions {
    std::size_t target = 0;  ///< the ticket that is to become better
    /// Parts of a candidate that are tried: "interpolation" in the paper; {0.5} is its "average".
    std::vector<double> coefficients = {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95};
    /// Tickets that are tried at most, the target not counted: the program's search_num less 1.
    std::size_t candidates = 18;
    topology::WeightBudget budget;  ///< what every interpolation is pruned to: the target's number of weights
};

/// The other tickets by their distance from the target in the list, of two at one distance the earlier one first.
std::vector<std::size_t> pool_order(std::size_t tickets, std::size_t target, std::size_t candidates);

/// Lottery Pools: greedy interpolation. Candidate after candidate, the best of the interpolations
/// a * candidate + (1 - a) * best is taken where its validation accuracy is higher than what there is.
///
/// Source: Yin et al., AAAI 2023; definitions.md 5.4. As its program does, and not its text, an interpolation is
/// accepted only where it is strictly better. We differ from the program in one thing: it compares validation
/// accuracies with the target's accuracy on the test set; here the test set has no part in the search. Of equally good
/// coefficients the earlier in the list is taken.
///
/// @throws ConfigError for a target that is none, no coefficient, or one outside [0, 1]; as topology::combine()
/// Cost: candidates x coefficients scores, plus 1; beside them O(edges) each.
Selected lottery_pools(topology::Members tickets, const LotteryPoolOptions& options, const Score& score);

}  // namespace espalier::tickets
