#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

/// The two loops over columns in which an assignment spends its time, written so that the compiler makes vectors of
/// them.
namespace espalier::topology {

/// The two smallest of row - price with their columns; of equal ones the lower column comes first. With a single column
/// the second is infinite.
struct TwoSmallest {
    double first = std::numeric_limits<double>::infinity();
    double second = std::numeric_limits<double>::infinity();
    std::size_t first_column = 0;
    std::size_t second_column = 0;
};
/// @param row    costs of one row, [columns], at least one
/// @param price  of every column
TwoSmallest two_smallest(std::span<const double> row, std::span<const double> price);

/// A column, and how far it is.
struct NearestColumn {
    std::size_t column;
    double distance;
};

/// Dijkstra's search over the columns of a dense matrix: how far each column is, and from which row it is reached.
class ColumnSearch {
  public:
    /// Of a matrix with so many columns, at least one; start() before anything else.
    explicit ColumnSearch(std::size_t cols)
        : price_(cols), distance_(cols), before_(cols), lowest_((cols + block - 1) / block) {}

    /// All columns open and out of reach.
    void start(std::span<const double> price);

    /// Offers every open column the way through this row: row - price + offset.
    void relax(std::span<const double> row, std::size_t number, double offset);

    /// The nearest open column; of equally near ones the first that `is_free`, else the first.
    template <class IsFree>
    NearestColumn nearest(IsFree is_free) const {
        const double distance = *std::ranges::min_element(lowest_);
        std::size_t found = distance_.size();
        for (std::size_t b = 0; b < lowest_.size(); ++b) {
            if (lowest_[b] != distance) continue;
            const std::size_t end = std::min((b + 1) * block, distance_.size());
            for (std::size_t j = b * block; j < end; ++j) {
                if (distance_[j] != distance) continue;
                if (is_free(j)) return {j, distance};
                found = std::min(found, j);
            }
        }
        return {found, distance};
    }

    /// A column whose distance is final.
    void close(std::size_t column);

    /// The last row on the shortest way to a column.
    std::size_t row_before(std::size_t column) const { return static_cast<std::size_t>(before_[column]); }

  private:
    static constexpr std::size_t block = 64;

    std::vector<double> price_;     // -infinity once closed: no way is short enough then
    std::vector<double> distance_;  // infinity once closed
    std::vector<double> before_;    // a row's number; as wide as a distance, for vectors
    std::vector<double> lowest_;    // the smallest distance of each block of columns
};

}  // namespace espalier::topology
