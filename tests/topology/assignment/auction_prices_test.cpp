#include <espalier/topology/assignment/assignment.hpp>
#include <espalier/topology/assignment/auction_prices.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

/// Products of `rank` random numbers per row and column: fights over columns of nearly equal worth.
CostMatrix low_rank_costs(std::size_t size, std::size_t rank, Stream& stream) {
    const std::vector<double> rows = random_values(size * rank, stream);
    const std::vector<double> columns = random_values(size * rank, stream);
    CostMatrix costs(size, size);
    for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t j = 0; j < size; ++j) {
            for (std::size_t k = 0; k < rank; ++k) costs(i, j) += rows[i * rank + k] * columns[j * rank + k];
        }
    }
    return costs;
}

}  // namespace

TEST_CASE("auction prices: as a start they change nothing but the time", "[topology][assignment]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 20; ++trial) {
        Stream stream = test_stream(trial);
        const std::size_t size = 1 + stream.below(60);
        const CostMatrix costs = low_rank_costs(size, 1 + stream.below(5), stream);
        const Assignment cold = solve_assignment(costs);
        const std::vector<double> prices = auction_prices(costs, {}, 1.0, 1e-3);
        const Assignment warm = solve_assignment(costs, prices, cold.column);
        CHECK(warm.cost == Approx(cold.cost).margin(1e-9));
    }
}

TEST_CASE("auction prices: nearly those of an optimum", "[topology][assignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const std::size_t size = 200;
    const double step = 1e-3;
    const CostMatrix costs = low_rank_costs(size, 4, stream);
    const std::vector<double> prices = auction_prices(costs, {}, 1.0, step);
    double bound = 0;  // the dual objective
    for (const double price : prices) bound += price;
    for (std::size_t i = 0; i < size; ++i) {
        double cheapest = costs(i, 0) - prices[0];
        for (std::size_t j = 1; j < size; ++j) cheapest = std::min(cheapest, costs(i, j) - prices[j]);
        bound += cheapest;
    }
    const double cost = solve_assignment(costs).cost;
    CHECK(bound <= cost + 1e-9);
    CHECK(bound >= cost - static_cast<double>(size) * step - 1e-9);
}

TEST_CASE("auction prices: nothing and one", "[topology][assignment]") {
    CHECK(auction_prices(CostMatrix(0, 0), {}, 1, 1).empty());
    CHECK(auction_prices(CostMatrix(1, 1), {}, 1, 1) == std::vector<double>{0});
}

}  // namespace espalier::topology
