#include <numeric>

#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/assignment/fixed_points.hpp>
#include <espalier/topology/assignment/similarity_matching.hpp>

#include "topology/similarities.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

double cost_of_match(const CostMatrix& costs, const std::vector<std::uint32_t>& column) {
    double cost = 0;
    for (std::size_t i = 0; i < column.size(); ++i) cost += costs(i, column[i]);
    return cost;
}

double cheapest_match_by_trying(const CostMatrix& costs) {
    std::vector<std::uint32_t> order(costs.cols());
    std::iota(order.begin(), order.end(), 0U);
    double best = cost_of_match(costs, order);
    while (std::ranges::next_permutation(order).found) best = std::min(best, cost_of_match(costs, order));
    return best;
}

/// A permutation; and no pair anywhere is alike beyond its prices, so that the bound holds.
void check_matching(const CostMatrix& costs, const SimilarityMatching& matching) {
    std::vector<char> taken(costs.cols(), 0);
    double worst = 1;
    for (std::size_t i = 0; i < costs.rows(); ++i) {
        REQUIRE(matching.column[i] < costs.cols());
        REQUIRE(taken[matching.column[i]]++ == 0);
        for (std::size_t j = 0; j < costs.cols(); ++j) {
            worst = std::min(worst, matching.row_price[i] + matching.column_price[j] - (1 - costs(i, j)));
        }
    }
    REQUIRE(worst > -1e-12);
}

void check_optimal(const CostMatrix& costs, const SimilarityMatching& matching) {
    check_matching(costs, matching);
    const double size = static_cast<double>(costs.rows());
    REQUIRE(size - matching.bound() == Approx(cost_of_match(costs, matching.column)).margin(1e-9));
}

}  // namespace

TEST_CASE("similarity matching: equals trying every permutation", "[topology][similarity_matching]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 600; ++trial) {
        Stream stream = test_stream(trial);
        const std::size_t size = 1 + stream.below(7);
        const std::uint64_t levels = trial % 2 == 0 ? 3 : 1'000'000;
        const WrittenSimilarities all(random_square_costs(size, levels, 0.2 * (trial % 5), stream));
        CandidateLists lists(all, 1 + trial % 3);
        const SimilarityMatching matching = match_most_alike(lists);
        check_optimal(all.costs(), matching);
        const double cheapest = cheapest_match_by_trying(all.costs());
        CHECK(cost_of_match(all.costs(), matching.column) == Approx(cheapest).margin(1e-12));
        CandidateLists again(all, 1 + trial % 3);
        const SimilarityMatching nearly = match_nearly_most_alike(again);
        check_matching(all.costs(), nearly);
        CHECK(static_cast<double>(size) - nearly.bound() <= cheapest + 1e-12);
        CHECK(cost_of_match(all.costs(), nearly.column) >= cheapest - 1e-12);
    }
}

TEST_CASE("similarity matching: large ones carry their proof and equal the dense solver",
          "[topology][similarity_matching]") {
    INFO(seed_text());
    std::uint32_t trial = 0;
    for (const std::uint64_t levels : {1ULL, 2ULL, 10ULL, 1ULL << 40}) {
        for (const double empty : {0.0, 0.5, 0.95, 0.999, 1.0}) {
            Stream stream = test_stream(trial++);
            const WrittenSimilarities all(random_square_costs(150 + stream.below(150), levels, empty, stream));
            CandidateLists lists(all, 8);
            const SimilarityMatching matching = match_most_alike(lists);
            check_optimal(all.costs(), matching);
            const Assignment dense = solve_assignment(all.costs());
            CHECK(cost_of_match(all.costs(), matching.column) == Approx(dense.cost).margin(1e-9));

            const auto fixed = most_fixed_points(TightPairs(lists, matching), matching.column);
            const Assignment expected = most_fixed_points(all.costs(), dense);
            std::size_t same = 0;
            std::size_t expected_same = 0;
            for (std::size_t k = 0; k < fixed.size(); ++k) same += fixed[k] == k ? 1 : 0;
            for (std::size_t k = 0; k < fixed.size(); ++k) expected_same += expected.column[k] == k ? 1 : 0;
            CHECK(same == expected_same);
            CHECK(cost_of_match(all.costs(), fixed) == Approx(dense.cost).margin(1e-9));
        }
    }
}

TEST_CASE("similarity matching: columns that all rows like the same, rows that like all the same",
          "[topology][similarity_matching]") {
    const std::size_t size = 120;
    for (const bool by_column : {true, false}) {
        CostMatrix costs(size, size);
        for (std::size_t i = 0; i < size; ++i) {
            for (std::size_t j = 0; j < size; ++j) costs(i, j) = static_cast<double>(by_column ? j : i) / 128;
        }
        const WrittenSimilarities all(std::move(costs));
        CandidateLists lists(all, 4);
        const SimilarityMatching matching = match_most_alike(lists);
        check_optimal(all.costs(), matching);
        const auto fixed = most_fixed_points(TightPairs(lists, matching), matching.column);
        for (std::size_t k = 0; k < size; ++k) CHECK(fixed[k] == k);
    }
}

TEST_CASE("similarity matching: the same for any number of threads", "[topology][similarity_matching]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const WrittenSimilarities all(random_square_costs(300, 1 << 20, 0.3, stream));
    const int before = threads();
    std::vector<SimilarityMatching> results;
    for (const int count : {1, 2, 5}) {
        set_threads(count);
        CandidateLists lists(all, 6);
        results.push_back(match_most_alike(lists));
    }
    set_threads(before);
    for (const SimilarityMatching& one : results) {
        CHECK(one.column == results.front().column);
        CHECK(one.row_price == results.front().row_price);
        CHECK(one.column_price == results.front().column_price);
    }
}

TEST_CASE("similarity matching: nothing to match", "[topology][similarity_matching]") {
    const WrittenSimilarities none{CostMatrix(0, 0)};
    CandidateLists lists(none);
    CHECK(match_most_alike(lists).column.empty());
    CHECK(match_nearly_most_alike(lists).bound() == 0);
    CHECK(most_fixed_points(TightPairs(lists, match_most_alike(lists)), {}).empty());
}

}  // namespace espalier::topology
