#include <algorithm>
#include <cstdint>

#include <espalier/topology/assignment/auction_prices.hpp>
#include <espalier/topology/assignment/column_search.hpp>

namespace espalier::topology {
namespace {

constexpr std::uint32_t nobody = ~std::uint32_t{0};
constexpr std::size_t most_bids = 50;  // a row and round

void bid(const CostMatrix& costs, double step, std::vector<double>& price) {
    const std::size_t size = costs.rows();
    std::vector<std::uint32_t> holder(size, nobody);
    std::vector<std::uint32_t> waiting(size);
    for (std::size_t k = 0; k < size; ++k) waiting[k] = static_cast<std::uint32_t>(size - 1 - k);
    for (std::size_t bids = most_bids * size; bids > 0 && !waiting.empty(); --bids) {
        const std::uint32_t row = waiting.back();
        waiting.pop_back();
        const TwoSmallest best = two_smallest(costs.row(row), price);
        price[best.first_column] -= best.second - best.first + step;
        std::swap(holder[best.first_column], waiting.emplace_back(row));
        if (waiting.back() == nobody) waiting.pop_back();
    }
}

}  // namespace

std::vector<double> auction_prices(const CostMatrix& costs, std::span<const double> price, double first_step,
                                   double last_step, double shrink) {
    std::vector<double> prices(price.begin(), price.end());
    prices.resize(costs.cols(), 0.0);
    if (costs.rows() < 2) return prices;  // no second choice
    for (double step = first_step; step > last_step; step *= shrink) bid(costs, step, prices);
    bid(costs, last_step, prices);
    return prices;
}

}  // namespace espalier::topology
