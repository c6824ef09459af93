#pragma once

#include <espalier/topology/assignment.hpp>

namespace espalier::topology {

/// Reduced costs up to this are taken for 0. The sums of fractions that make them differ from 0 by rounding alone,
/// below 1e-12 for 4096 columns of costs in [0, 1]; what is really larger than 0 is seldom below 1e-9. Taking a pair
/// for optimal that is not costs at most this much a row.
inline constexpr double tight_tolerance = 1e-11;

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
/// pair. Source: methods.md 6.3, normative tie rule, in its exact form.
Assignment most_fixed_points(const CostMatrix& costs, Assignment optimal);

}  // namespace espalier::topology
