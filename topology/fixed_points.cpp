#include <algorithm>

#include <espalier/base/error.hpp>
#include <espalier/topology/fixed_points.hpp>

namespace espalier::topology {
namespace {

constexpr std::uint32_t nobody = ~std::uint32_t{0};

/// The pairs that optimal assignments are made of, by rows, columns ascending.
struct TightPairs {
    std::vector<std::size_t> offsets{0};
    std::vector<std::uint32_t> columns;

    TightPairs(const CostMatrix& costs, const Assignment& optimal) {
        for (std::size_t i = 0; i < costs.rows(); ++i) {
            const auto line = costs.row(i);
            const double bound = optimal.row_dual[i] + tight_tolerance;
            for (std::size_t j = 0; j < line.size(); ++j) {
                if (line[j] - optimal.column_dual[j] <= bound) columns.push_back(static_cast<std::uint32_t>(j));
            }
            offsets.push_back(columns.size());
        }
    }
    std::span<const std::uint32_t> row(std::size_t i) const {
        return std::span(columns).subspan(offsets[i], offsets[i + 1] - offsets[i]);
    }
};

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
        std::ranges::fill(before_, nobody);
        before_[k] = k;
        reached_.assign(1, k);
        for (std::size_t next = 0; next < reached_.size(); ++next) {
            const std::uint32_t holder = row_[reached_[next]];
            for (const std::uint32_t j : pairs_.row(holder)) {
                if (before_[j] != nobody || !is_equal(holder, j)) continue;
                before_[j] = reached_[next];
                if (j == column_[k]) return true;
                reached_.push_back(j);
            }
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
    std::vector<std::uint32_t> before_;   // [cols] the column before on the way, nobody where not reached
    std::vector<std::uint32_t> reached_;  // columns in the order they were reached
};

/// Rows whose own column is as good as any.
std::vector<std::uint32_t> tight_diagonal(const CostMatrix& costs, const Assignment& optimal) {
    std::vector<std::uint32_t> tight;
    for (std::size_t k = 0; k < costs.rows(); ++k) {
        if (costs(k, k) - optimal.row_dual[k] - optimal.column_dual[k] <= tight_tolerance) {
            tight.push_back(static_cast<std::uint32_t>(k));
        }
    }
    return tight;
}

}  // namespace

Assignment most_fixed_points(const CostMatrix& costs, Assignment optimal) {
    if (costs.rows() != costs.cols()) {
        throw FormatError("fixed points: " + std::to_string(costs.rows()) + " rows and " +
                          std::to_string(costs.cols()) + " columns; a square matrix is needed");
    }
    const std::vector<std::uint32_t> diagonal = tight_diagonal(costs, optimal);
    if (std::ranges::all_of(diagonal, [&](std::uint32_t k) { return optimal.column[k] == k; })) return optimal;
    const TightPairs pairs(costs, optimal);
    FixedPoints points(pairs, std::move(optimal.column));
    for (const std::uint32_t k : diagonal) points.count(k);
    optimal.column = points.take_columns();
    optimal.cost = 0;
    for (std::size_t i = 0; i < costs.rows(); ++i) optimal.cost += costs(i, optimal.column[i]);
    return optimal;
}

}  // namespace espalier::topology
