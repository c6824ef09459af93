#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/topology/assignment/cost_matrix.hpp>

namespace espalier::topology {

/// A minimum-cost matching of every row with a column of its own, and the proof that nothing is cheaper.
struct Assignment {
    std::vector<std::uint32_t> column;  ///< [rows] the column of each row
    double cost = 0;                    ///< sum over rows, added in their order
    /// Dual variables: row_dual[i] + column_dual[j] <= cost(i, j), equal where i is matched with j, up to rounding;
    /// column_dual is 0 for columns left over and never positive where there are more columns than rows.
    std::vector<double> row_dual;
    std::vector<double> column_dual;
};

/// Linear assignment by shortest augmenting paths with the reductions of LAPJV.
///
/// Deterministic: columns are scanned in ascending order and an incumbent gives way only to what is strictly better.
/// Among equal optima the result is some one; see most_fixed_points.
///
/// @param costs  at most 1e100 in size, rows <= cols
/// @throws NumericError where a cost is NaN, infinite or larger, naming its place; FormatError where rows > cols
///
/// Cost: O(rows^2 cols) at worst, far less in practice; O(rows + cols) memory beside the costs.
/// Source: Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment
/// problems", Computing 38 (1987). We differ: rectangular costs skip the column reduction, whose prices would
/// not be 0 on columns left over; the row reductions are bounded in number, since rounding could repeat them for ever.
Assignment solve_assignment(const CostMatrix& costs);

/// The same for square costs that a similar problem was solved for: begins with its prices, which are valid dual
/// variables of any costs, and gives every row its cheapest column at these where no other row has taken it. Only rows
/// that remain bid and look for paths, so that few changed rows need little work.
///
/// Where several columns are equally cheap for a row at the start, it takes the one of `column`.
///
/// @param column_dual  of the problem before, [size]
/// @param column       the column that each row had there, or should rather have, [size]
/// @throws FormatError where costs are not square or the sizes differ; NumericError as above, of prices too
/// Cost: one pass over the costs, rows dealt to threads, and O(size^2) at worst for each row that remains.
Assignment solve_assignment(const CostMatrix& costs, std::span<const double> column_dual,
                            std::span<const std::uint32_t> column);

}  // namespace espalier::topology
