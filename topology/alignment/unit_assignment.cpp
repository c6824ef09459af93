#include <algorithm>
#include <cmath>
#include <vector>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/topology/alignment/unit_assignment.hpp>
#include <espalier/topology/assignment/auction_prices.hpp>
#include <espalier/topology/assignment/column_search.hpp>

namespace espalier::topology {
namespace {

/// The auction's last step, in units of deviation().
constexpr double smallest_step = 1e-3;

/// Who pays more than the cheapest by so little, in the same units, has an optimal column.
constexpr double rounding = 1e-12;

/// Of costs about the mean of their row: what makes a difference to the row.
double deviation(const CostMatrix& costs) {
    std::vector<double> squares(costs.rows());
    for_row_runs(costs.rows(), costs.rows() * costs.cols(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            double sum = 0;
            double square = 0;
            for (const double cost : costs.row(i)) {
                sum += cost;
                square += cost * cost;
            }
            squares[i] = square - sum * sum / static_cast<double>(costs.cols());
        }
    });
    double total = 0;
    for (const double square : squares) total += square;
    return std::sqrt(std::max(0.0, total) / static_cast<double>(costs.rows() * costs.cols()));
}

/// How much more than their cheapest column at these prices rows pay for the columns they have, on average: how far
/// prices are off.
double mean_excess(const CostMatrix& costs, std::span<const double> prices, std::span<const std::uint32_t> column) {
    std::vector<double> excess(costs.rows());
    for_row_runs(costs.rows(), costs.rows() * costs.cols(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            excess[i] = costs(i, column[i]) - prices[column[i]] - two_smallest(costs.row(i), prices).first;
        }
    });
    double total = 0;
    for (const double one : excess) total += one;
    return total / static_cast<double>(costs.rows());
}

}  // namespace

Assignment assign_units(const CostMatrix& costs, std::span<const double> column_dual,
                        std::span<const std::uint32_t> column) {
    std::vector<double> prices(column_dual.begin(), column_dual.end());
    prices.resize(costs.cols(), 0.0);
    const double scale = deviation(costs);
    if (!(scale > 0) || !std::isfinite(scale)) {  // all costs of a row are equal, or the solver refuses them
        return solve_assignment(costs, prices, column);
    }
    const double excess = mean_excess(costs, prices, column);
    if (excess > rounding * scale) {
        const double first_step = std::clamp(excess, smallest_step * scale, scale);
        prices = auction_prices(costs, prices, first_step, smallest_step * scale);
    }
    return solve_assignment(costs, prices, column);
}

}  // namespace espalier::topology
