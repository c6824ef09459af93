#pragma once

#include <espalier/topology/assignment/tight_pairs.hpp>

namespace espalier::topology {

/// Among the optimal assignments one with as many rows i matched with column i as possible; exact.
///
/// The optimal assignments are the perfect matchings of the pairs of zero reduced cost. The diagonal pairs among them
/// get weight 1 one after the other; each time one search along alternating cycles, with whole-numbered dual variables,
/// restores the largest weight.
///
/// @param optimal  of solve_assignment(costs); its dual variables stay valid
/// @throws FormatError where the costs are not square
///
/// Cost: O(n^2) to find the zero pairs, then O(pairs) for each diagonal one that is not matched yet; memory 4 bytes a
/// pair. Source: definitions.md 6.3, the default rule for ties.
Assignment most_fixed_points(const CostMatrix& costs, Assignment optimal);

/// The same where the pairs of zero reduced cost are known.
/// @param column  an optimal assignment: all its pairs are among them
std::vector<std::uint32_t> most_fixed_points(const TightPairs& pairs, std::vector<std::uint32_t> column);

}  // namespace espalier::topology
