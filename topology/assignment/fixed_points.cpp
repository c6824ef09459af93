#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/assignment/fixed_points.hpp>

namespace espalier::topology {
namespace {

constexpr std::uint32_t not_reached = ~std::uint32_t{0};

/// A perfect matching of largest weight, where diagonal pairs weigh 1 once they are counted and all others 0.
///
/// Dual variables prove it: row + column >= weight for every pair, equal for matched ones.
class FixedPoints {
  public:
    FixedPoints(const TightPairs& pairs, std::vector<std::uint32_t> column)
        : pairs_(pairs),
          column_(std::move(column)),
          row_(column_.size()),
          row_dual_(column_.size(), 0),
          column_dual_(column_.size(), 0),
          is_counted_(column_.size(), 0),
          before_(column_.size()) {
        for (std::size_t i = 0; i < column_.size(); ++i) row_[column_[i]] = static_cast<std::uint32_t>(i);
    }

    /// Gives pair (k, k) its weight and restores the optimum.
    void count(std::uint32_t k) {
        is_counted_[k] = 1;
        if (row_dual_[k] + column_dual_[k] >= 1) return;
        if (column_[k] == k) {
            ++row_dual_[k];
        } else if (search(k)) {
            exchange(k);
            ++row_dual_[k];
        } else {
            for (const std::uint32_t j : reached_) {
                ++column_dual_[j];
                --row_dual_[row_[j]];
            }
        }
    }

    std::vector<std::uint32_t> take_columns() { return std::move(column_); }

  private:
    bool is_equal(std::uint32_t i, std::uint32_t j) const {
        return row_dual_[i] + column_dual_[j] == (i == j ? is_counted_[i] : 0);
    }

    /// Looks for a way from the holder of column k to the column that row k would leave, over pairs without slack.
    bool search(std::uint32_t k) {
        std::ranges::fill(before_, not_reached);
        before_[k] = k;
        reached_.assign(1, k);
        for (std::size_t next = 0; next < reached_.size(); ++next) {
            const std::uint32_t holder = row_[reached_[next]];
            if (reach(reached_[next], pairs_.listed(holder), column_[k])) return true;
            if (reach(reached_[next], pairs_.common(holder), column_[k])) return true;
        }
        return false;
    }

    /// Adds columns that the holder of column `from` may take instead; whether `goal` is one.
    bool reach(std::uint32_t from, std::span<const std::uint32_t> columns, std::uint32_t goal) {
        const std::uint32_t holder = row_[from];
        for (const std::uint32_t j : columns) {
            if (before_[j] != not_reached || !is_equal(holder, j)) continue;
            before_[j] = from;
            if (j == goal) return true;
            reached_.push_back(j);
        }
        return false;
    }

    /// Every holder on the way moves on to the next column, and row k takes column k.
    void exchange(std::uint32_t k) {
        std::uint32_t j = column_[k];
        while (j != k) {
            match(row_[before_[j]], j);
            j = before_[j];
        }
        match(k, k);
    }

    void match(std::uint32_t row, std::uint32_t column) {
        column_[row] = column;
        row_[column] = row;
    }

    const TightPairs& pairs_;
    std::vector<std::uint32_t> column_;
    std::vector<std::uint32_t> row_;
    std::vector<int> row_dual_;
    std::vector<int> column_dual_;
    std::vector<int> is_counted_;
    std::vector<std::uint32_t> before_;   // [cols] the column before on the way, not_reached where not reached
    std::vector<std::uint32_t> reached_;  // columns in the order they were reached
};

}  // namespace

Assignment most_fixed_points(const CostMatrix& costs, Assignment optimal) {
    if (costs.rows() != costs.cols()) {
        throw FormatError("fixed points: " + std::to_string(costs.rows()) + " rows and " +
                          std::to_string(costs.cols()) + " columns; a square matrix is needed");
    }
    optimal.column = most_fixed_points(TightPairs(costs, optimal), std::move(optimal.column));
    optimal.cost = 0;
    for (std::size_t i = 0; i < costs.rows(); ++i) optimal.cost += costs(i, optimal.column[i]);
    return optimal;
}

std::vector<std::uint32_t> most_fixed_points(const TightPairs& pairs, std::vector<std::uint32_t> column) {
    const std::vector<std::uint32_t> diagonal = pairs.diagonal();
    if (std::ranges::all_of(diagonal, [&](std::uint32_t k) { return column[k] == k; })) return column;
    FixedPoints points(pairs, std::move(column));
    for (const std::uint32_t k : diagonal) points.count(k);
    return points.take_columns();
}

}  // namespace espalier::topology
