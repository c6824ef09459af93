#include <algorithm>
#include <numeric>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/assignment/fixed_points.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

std::size_t fixed_points_of(const std::vector<std::uint32_t>& column) {
    std::size_t fixed = 0;
    for (std::size_t k = 0; k < column.size(); ++k) fixed += column[k] == k ? 1 : 0;
    return fixed;
}

double cost_of(const CostMatrix& costs, const std::vector<std::uint32_t>& column) {
    double cost = 0;
    for (std::size_t k = 0; k < column.size(); ++k) cost += costs(k, column[k]);
    return cost;
}

/// (smallest cost, most fixed points among those of that cost) over all permutations.
std::pair<double, std::size_t> best_by_trying(const CostMatrix& costs) {
    std::vector<std::uint32_t> order(costs.cols());
    std::iota(order.begin(), order.end(), 0U);
    double best = 1e300;
    std::size_t fixed = 0;
    do {
        const double cost = cost_of(costs, order);
        if (cost < best - 1e-9) fixed = 0;
        if (cost < best + 1e-9) fixed = std::max(fixed, fixed_points_of(order));
        best = std::min(best, cost);
    } while (std::ranges::next_permutation(order).found);
    return {best, fixed};
}

}  // namespace

TEST_CASE("fixed points: a cycle that costs nothing is undone", "[topology][fixed_points]") {
    const CostMatrix costs(4, 4);  // all zero: every permutation is optimal
    Assignment shifted = solve_assignment(costs);
    shifted.column = {1, 2, 3, 0};
    CHECK(most_fixed_points(costs, shifted).column == std::vector<std::uint32_t>{0, 1, 2, 3});
}

TEST_CASE("fixed points: the way back leads over free pairs alone", "[topology][fixed_points]") {
    // free:  0-0 0-1        the solver might answer 0-1 1-2 2-0
    //        1-1 1-2
    //        2-2 2-0
    CostMatrix costs(3, 3);
    for (std::size_t i = 0; i < 3; ++i) std::ranges::fill(costs.row(i), 1.0);
    for (std::size_t i = 0; i < 3; ++i) costs(i, i) = costs(i, (i + 1) % 3) = 0;
    Assignment shifted = solve_assignment(costs);
    shifted.column = {1, 2, 0};
    CHECK(fixed_points_of(most_fixed_points(costs, shifted).column) == 3);
}

TEST_CASE("fixed points: as many as trying every optimal permutation finds", "[topology][fixed_points]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 600; ++trial) {
        Stream stream = test_stream(trial);
        const std::size_t size = 1 + stream.below(7);
        const std::uint64_t levels = 2 + stream.below(4);
        CostMatrix costs(size, size);
        for (std::size_t i = 0; i < size; ++i) {
            for (double& cost : costs.row(i)) cost = static_cast<double>(stream.below(levels)) / 3.0;
        }
        const Assignment result = most_fixed_points(costs, solve_assignment(costs));
        const auto [cost, fixed] = best_by_trying(costs);
        CHECK(result.cost == Approx(cost).margin(1e-12));
        CHECK(cost_of(costs, result.column) == result.cost);
        CHECK(fixed_points_of(result.column) == fixed);
        std::vector<std::uint32_t> columns = result.column;
        std::ranges::sort(columns);
        CHECK(std::ranges::adjacent_find(columns) == columns.end());
    }
}

TEST_CASE("fixed points: agree with the bonus of 1e-9 on the diagonal", "[topology][fixed_points]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 20; ++trial) {
        Stream stream = test_stream(trial);
        CostMatrix costs(80, 80);
        for (std::size_t i = 0; i < 80; ++i) {
            for (double& cost : costs.row(i)) cost = static_cast<double>(stream.below(6)) / 6.0;
        }
        CostMatrix favoured = costs;
        for (std::size_t i = 0; i < 80; ++i) favoured(i, i) -= 1e-9;
        const Assignment result = most_fixed_points(costs, solve_assignment(costs));
        const Assignment other = solve_assignment(favoured);
        CHECK(result.cost == Approx(cost_of(costs, other.column)).margin(1e-12));
        CHECK(fixed_points_of(result.column) == fixed_points_of(other.column));
    }
}

TEST_CASE("fixed points: need a square matrix", "[topology][fixed_points]") {
    const CostMatrix costs(2, 3);
    CHECK_THROWS_AS(most_fixed_points(costs, solve_assignment(costs)), FormatError);
}

}  // namespace espalier::topology
