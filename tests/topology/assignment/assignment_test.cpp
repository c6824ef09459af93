#include <algorithm>
#include <numeric>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/assignment/assignment.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

CostMatrix costs_of(const std::vector<std::vector<double>>& rows) {
    CostMatrix costs(rows.size(), rows.empty() ? 0 : rows.front().size());
    for (std::size_t i = 0; i < rows.size(); ++i) std::ranges::copy(rows[i], costs.row(i).begin());
    return costs;
}

CostMatrix random_costs(std::size_t rows, std::size_t cols, std::uint64_t levels, Stream& stream) {
    CostMatrix costs(rows, cols);
    for (std::size_t i = 0; i < rows; ++i) {
        for (double& cost : costs.row(i))
            cost = static_cast<double>(stream.below(levels)) / static_cast<double>(levels);
    }
    return costs;
}

double cheapest_by_trying(const CostMatrix& costs) {
    std::vector<std::size_t> order(costs.cols());
    std::iota(order.begin(), order.end(), std::size_t{0});
    double best = std::numeric_limits<double>::infinity();
    do {
        double cost = 0;
        for (std::size_t i = 0; i < costs.rows(); ++i) cost += costs(i, order[i]);
        best = std::min(best, cost);
    } while (std::ranges::next_permutation(order).found);
    return best;
}

/// The dual variables prove that nothing is cheaper: feasible, and tight on the matching.
void check_certificate(const CostMatrix& costs, const Assignment& result) {
    const double rounding = 1e-12;
    std::vector<char> taken(costs.cols(), 0);
    double dual = 0;
    double cost = 0;
    for (std::size_t i = 0; i < costs.rows(); ++i) {
        REQUIRE(result.column[i] < costs.cols());
        REQUIRE(taken[result.column[i]]++ == 0);
        dual += result.row_dual[i];
        cost += costs(i, result.column[i]);
        double smallest = 1;
        for (std::size_t j = 0; j < costs.cols(); ++j) {
            smallest = std::min(smallest, costs(i, j) - result.row_dual[i] - result.column_dual[j]);
        }
        REQUIRE(smallest > -rounding);
    }
    for (std::size_t j = 0; j < costs.cols(); ++j) {
        dual += result.column_dual[j];
        if (taken[j] == 0) REQUIRE(result.column_dual[j] == 0);
        if (costs.rows() < costs.cols()) REQUIRE(result.column_dual[j] <= 0);
    }
    CHECK(result.cost == cost);
    CHECK(dual == Approx(cost).margin(1e-9));
}

}  // namespace

TEST_CASE("assignment: the worked example of definitions.md 6.31", "[topology][assignment]") {
    const CostMatrix costs = costs_of({{1. / 2, 2. / 3, 2. / 3}, {1. / 2, 0, 1}, {1. / 4, 3. / 4, 1. / 3}});
    const Assignment result = solve_assignment(costs);
    CHECK(result.column == std::vector<std::uint32_t>{0, 1, 2});
    CHECK(result.cost == Approx(5. / 6));
}

TEST_CASE("assignment: equals trying every permutation, with and without ties", "[topology][assignment]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 400; ++trial) {
        Stream stream = test_stream(trial);
        const std::size_t cols = 1 + stream.below(7);
        const std::size_t rows = 1 + stream.below(cols);
        const CostMatrix costs = random_costs(rows, cols, trial % 2 == 0 ? 4 : 1'000'000, stream);
        const Assignment result = solve_assignment(costs);
        CHECK(result.cost == Approx(cheapest_by_trying(costs)).margin(1e-12));
        check_certificate(costs, result);
    }
}

TEST_CASE("assignment: large ones carry their proof", "[topology][assignment]") {
    INFO(seed_text());
    for (const std::uint64_t levels : {2ULL, 10ULL, 1ULL << 40}) {
        for (const auto& [rows, cols] : {std::pair{300, 300}, {200, 311}, {65, 64 + 1}, {1, 500}}) {
            Stream stream = test_stream(static_cast<std::uint32_t>(rows + cols));
            const CostMatrix costs =
                random_costs(static_cast<std::size_t>(rows), static_cast<std::size_t>(cols), levels, stream);
            check_certificate(costs, solve_assignment(costs));
        }
    }
}

TEST_CASE("assignment: any prices to begin with lead to an optimum and its proof", "[topology][assignment]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 200; ++trial) {
        Stream stream = test_stream(trial);
        const std::size_t size = 1 + stream.below(40);
        CostMatrix costs = random_costs(size, size, trial % 2 == 0 ? 3 : 1'000'000, stream);
        const std::vector<std::uint32_t> wanted = random_permutation(size, stream);
        check_certificate(costs, solve_assignment(costs, random_values(size, stream), wanted));
        const Assignment before = solve_assignment(costs);
        const std::size_t row = stream.below(size);
        std::ranges::copy(random_costs(1, size, 1'000'000, stream).row(0), costs.row(row).begin());
        const Assignment after = solve_assignment(costs, before.column_dual, before.column);
        check_certificate(costs, after);
        CHECK(after.cost == Approx(solve_assignment(costs).cost).margin(1e-9));
    }
}

TEST_CASE("assignment: the same costs again keep the columns wanted", "[topology][assignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const CostMatrix costs = random_costs(50, 50, 2, stream);
    const Assignment before = solve_assignment(costs);
    CHECK(solve_assignment(costs, before.column_dual, before.column).column == before.column);
    const std::vector<double> none(50, 0.0);
    const std::vector<std::uint32_t> order = random_permutation(50, stream);
    CHECK(solve_assignment(CostMatrix(50, 50), none, order).column == order);
}

TEST_CASE("assignment: prices that do not fit are refused", "[topology][assignment]") {
    const std::vector<double> prices = {0, 0};
    const std::vector<std::uint32_t> column = {0, 1};
    CHECK_THROWS_WITH(solve_assignment(CostMatrix(3, 3), prices, column),
                      Contains("2 and 2 do not fit") && Contains("3x3"));
    CHECK_THROWS_AS(solve_assignment(CostMatrix(2, 3), prices, column), FormatError);
    CHECK_THROWS_AS(solve_assignment(CostMatrix(2, 2), prices, std::vector<std::uint32_t>{0, 2}), FormatError);
    CHECK_THROWS_AS(solve_assignment(CostMatrix(2, 2), std::vector<double>{0, std::nan("")}, column), NumericError);
}

TEST_CASE("assignment: constant costs, one element, nothing", "[topology][assignment]") {
    const Assignment constant = solve_assignment(costs_of({{1, 1, 1}, {1, 1, 1}, {1, 1, 1}}));
    CHECK(constant.column == std::vector<std::uint32_t>{0, 1, 2});
    CHECK(constant.cost == 3);
    CHECK(solve_assignment(costs_of({{-2.5}})).cost == -2.5);
    CHECK(solve_assignment(CostMatrix(0, 0)).column.empty());
    CHECK(solve_assignment(CostMatrix(0, 3)).column_dual == std::vector<double>{0, 0, 0});
}

TEST_CASE("assignment: costs that are no numbers and too many rows are refused", "[topology][assignment]") {
    CHECK_THROWS_WITH(solve_assignment(costs_of({{0, 1}, {std::nan(""), 0}})), Contains("row 1, column 0"));
    CHECK_THROWS_AS(solve_assignment(costs_of({{HUGE_VAL}})), NumericError);
    CHECK_THROWS_AS(solve_assignment(costs_of({{-1e300}})), NumericError);
    CHECK_THROWS_WITH(solve_assignment(CostMatrix(3, 2)), Contains("3 rows for 2 columns"));
}

}  // namespace espalier::topology
