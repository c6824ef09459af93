#pragma once

#include <cstdint>
#include <vector>

#include <espalier/topology/assignment/candidate_lists.hpp>

namespace espalier::topology {

/// Every row with a column of its own, and prices that bound what any such matching can reach.
struct SimilarityMatching {
    std::vector<std::uint32_t> column;  ///< [rows]
    /// Dual variables: row_price[i] + column_price[j] >= similarity(i, j) for all i, j, up to rounding. Their sum is
    /// the largest total similarity where the matching is optimal, and never below it.
    std::vector<double> row_price;
    std::vector<double> column_price;

    /// The sum of all prices, rows first.
    double bound() const;
};

/// A matching of largest total similarity: exact, whatever the lists hold at first; they grow where that is needed.
///
/// Rows bid for columns (an auction without a smallest step), and shortest augmenting paths place those that are left.
/// A path looks at listed columns alone. When it has come as far as the bound on the rest of a row's list, that list is
/// extended, so all reduced costs of the whole matrix stay non-negative. Columns a complete list leaves out have
/// similarity 0: one look at them a path, at the first row that comes so far, serves all rows.
///
/// Deterministic; of equal optima some one, see most_fixed_points.
/// Cost: O(size candidates log(size)) a path; of 4096 independent rows some 60 need one. O(candidates) memory.
/// Source: Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment
/// problems", Computing 38 (1987), section 4 for the sparse core and its check against the whole matrix; we extend the
/// core within a search, where they solve again.
SimilarityMatching match_most_alike(CandidateLists& lists);

/// The auction alone, rows left over going to the best free column of their lists, or the first free one: not optimal,
/// but the prices tell how far from it at most. In O(candidates) a bid, bids bounded by a multiple of the size.
SimilarityMatching match_nearly_most_alike(CandidateLists& lists);

}  // namespace espalier::topology
