#include <algorithm>
#include <cmath>
#include <limits>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/topology/assignment/assignment.hpp>
#include <espalier/topology/assignment/column_search.hpp>

namespace espalier::topology {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();
constexpr double largest_cost = 1e100;  // sums and differences of costs stay finite
constexpr std::uint32_t no_partner = ~std::uint32_t{0};

void check_costs(const CostMatrix& costs) {
    if (costs.rows() > costs.cols()) {
        throw FormatError("assignment: " + std::to_string(costs.rows()) + " rows for " + std::to_string(costs.cols()) +
                          " columns; rows must not outnumber columns");
    }
    for (std::size_t row = 0; row < costs.rows(); ++row) {
        const auto line = costs.row(row);
        const auto bad = std::ranges::find_if_not(line, [](double cost) { return std::abs(cost) <= largest_cost; });
        if (bad != line.end()) {
            throw NumericError("assignment: cost of row " + std::to_string(row) + ", column " +
                               std::to_string(bad - line.begin()) + " is not a number of at most 1e100");
        }
    }
}

class Solver {
  public:
    explicit Solver(const CostMatrix& costs)
        : costs_(costs),
          column_(costs.rows(), no_partner),
          row_(costs.cols(), no_partner),
          price_(costs.cols(), 0.0),
          search_(costs.cols()) {}

    Assignment solve() {
        if (costs_.rows() == costs_.cols()) {
            reduce_columns();
            transfer_reductions();
        }
        return complete();
    }

    Assignment solve_again(std::span<const double> prices, std::span<const std::uint32_t> wanted) {
        std::ranges::copy(prices, price_.begin());
        const std::vector<std::uint32_t> cheapest = cheapest_columns(wanted);
        for (const bool only_wanted : {true, false}) {
            for (std::size_t i = 0; i < cheapest.size(); ++i) {
                const bool is_free = column_[i] == no_partner && row_[cheapest[i]] == no_partner;
                if (is_free && (!only_wanted || cheapest[i] == wanted[i])) match(i, cheapest[i]);
            }
        }
        return complete();
    }

  private:
    /// Of each row at the present prices, the wanted one where it is as cheap as any.
    std::vector<std::uint32_t> cheapest_columns(std::span<const std::uint32_t> wanted) const {
        std::vector<std::uint32_t> cheapest(costs_.rows());
        for_row_runs(cheapest.size(), cheapest.size() * costs_.cols(), [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) {
                const TwoSmallest best = two_smallest(costs_.row(i), price_);
                const bool as_cheap = costs_(i, wanted[i]) - price_[wanted[i]] == best.first;
                cheapest[i] = as_cheap ? wanted[i] : static_cast<std::uint32_t>(best.first_column);
            }
        });
        return cheapest;
    }

    Assignment complete() {
        for (int round = 0; round < 2; ++round) reduce_rows();
        for (std::size_t row = 0; row < costs_.rows(); ++row) {
            if (column_[row] == no_partner) augment(row);
        }
        return result();
    }

    /// Prices every column at its cheapest row, and gives it that row where it is still free: the diagonal first.
    void reduce_columns() {
        const std::size_t size = costs_.cols();
        std::vector<std::uint32_t> cheapest(size, 0);
        std::ranges::copy(costs_.row(0), price_.begin());
        for (std::size_t i = 1; i < size; ++i) {
            const auto line = costs_.row(i);
            for (std::size_t j = 0; j < size; ++j) {
                if (line[j] < price_[j]) {
                    price_[j] = line[j];
                    cheapest[j] = static_cast<std::uint32_t>(i);
                }
            }
        }
        for (std::size_t j = 0; j < size; ++j) {
            if (costs_(j, j) == price_[j]) match(j, j);
        }
        for (std::size_t j = 0; j < size; ++j) {
            if (row_[j] == no_partner && column_[cheapest[j]] == no_partner) match(cheapest[j], j);
        }
    }

    /// What a row would pay for its second choice is taken off the price of its first, so that others can compete.
    void transfer_reductions() {
        for (std::size_t i = 0; i < costs_.rows(); ++i) {
            if (column_[i] == no_partner || costs_.cols() < 2) continue;
            const TwoSmallest best = two_smallest(costs_.row(i), price_);
            const double others = best.first_column == column_[i] ? best.second : best.first;
            price_[column_[i]] -= others - (costs_(i, column_[i]) - price_[column_[i]]);
        }
    }

    /// Free rows bid for their cheapest column and put its holder out, who bids in turn. Ties are left to the paths.
    void reduce_rows() {
        std::vector<std::size_t> waiting;
        for (std::size_t i = costs_.rows(); i-- > 0;) {
            if (column_[i] == no_partner) waiting.push_back(i);
        }
        for (std::size_t bids = 4 * waiting.size() + costs_.rows(); bids > 0 && !waiting.empty(); --bids) {
            const std::size_t i = waiting.back();
            waiting.pop_back();
            const TwoSmallest best = two_smallest(costs_.row(i), price_);
            const bool is_tie = best.first == best.second;
            const std::size_t j =
                is_tie && row_[best.first_column] != no_partner ? best.second_column : best.first_column;
            const std::uint32_t holder = row_[j];
            const double lowered = price_[j] - (best.second - best.first);
            if (holder != no_partner && !(lowered < price_[j])) continue;
            if (best.second < never) price_[j] = lowered;
            match(i, j);
            if (holder == no_partner) continue;
            column_[holder] = no_partner;
            waiting.push_back(holder);
        }
    }

    /// Dijkstra's search from one free row over the columns to the nearest free one, then the exchange along the path.
    void augment(std::size_t free_row) {
        search_.start(price_);
        std::vector<std::pair<std::size_t, double>>
            closed;  // columns the search has left behind, and how far they were
        search_.relax(costs_.row(free_row), free_row, 0.0);
        const auto is_free = [&](std::size_t column) { return row_[column] == no_partner; };
        NearestColumn nearest = search_.nearest(is_free);
        while (!is_free(nearest.column)) {
            const std::size_t j = nearest.column;
            const std::size_t holder = row_[j];
            closed.emplace_back(j, nearest.distance);
            search_.close(j);
            search_.relax(costs_.row(holder), holder, nearest.distance - (costs_(holder, j) - price_[j]));
            nearest = search_.nearest(is_free);
        }
        for (const auto& [j, distance] : closed) price_[j] += distance - nearest.distance;
        exchange(free_row, nearest.column);
    }

    void exchange(std::size_t free_row, std::size_t free_column) {
        std::size_t j = free_column;
        while (true) {
            const auto i = search_.row_before(j);
            const std::uint32_t left = column_[i];
            match(i, j);
            if (i == free_row) return;
            j = left;
        }
    }

    void match(std::size_t row, std::size_t column) {
        column_[row] = static_cast<std::uint32_t>(column);
        row_[column] = static_cast<std::uint32_t>(row);
    }

    Assignment result() {
        Assignment assignment;
        for (std::size_t i = 0; i < costs_.rows(); ++i) {
            const double cost = costs_(i, column_[i]);
            assignment.cost += cost;
            assignment.row_dual.push_back(cost - price_[column_[i]]);
        }
        assignment.column = std::move(column_);
        assignment.column_dual = std::move(price_);
        return assignment;
    }

    const CostMatrix& costs_;
    std::vector<std::uint32_t> column_;  // [rows]
    std::vector<std::uint32_t> row_;     // [cols]
    std::vector<double> price_;          // [cols] the dual variables
    ColumnSearch search_;
};

}  // namespace

Assignment solve_assignment(const CostMatrix& costs) {
    check_costs(costs);
    return Solver(costs).solve();
}

Assignment solve_assignment(const CostMatrix& costs, std::span<const double> column_dual,
                            std::span<const std::uint32_t> column) {
    check_costs(costs);
    const std::size_t size = costs.rows();
    const bool are_columns = std::ranges::all_of(column, [&](std::uint32_t j) { return j < costs.cols(); });
    if (costs.cols() != size || column_dual.size() != size || column.size() != size || !are_columns) {
        throw FormatError("assignment: prices and columns of " + std::to_string(column_dual.size()) + " and " +
                          std::to_string(column.size()) + " do not fit costs of " + std::to_string(size) + "x" +
                          std::to_string(costs.cols()));
    }
    if (!std::ranges::all_of(column_dual, [](double price) { return std::abs(price) <= largest_cost; })) {
        throw NumericError("assignment: a price to begin with is not a number of at most 1e100");
    }
    return Solver(costs).solve_again(column_dual, column);
}

}  // namespace espalier::topology
