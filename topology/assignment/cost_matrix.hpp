#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace espalier::topology {

/// Costs of every pair, [rows x cols], rows one after the other: what an assignment reads row by row.
class CostMatrix {
  public:
    /// All costs 0.
    CostMatrix(std::size_t rows, std::size_t cols) : rows_(rows), cols_(cols), values_(rows * cols) {}

    /// Number of rows.
    std::size_t rows() const { return rows_; }
    /// Number of columns.
    std::size_t cols() const { return cols_; }
    /// One cost, to be changed.
    double& operator()(std::size_t row, std::size_t col) { return values_[row * cols_ + col]; }
    /// One cost.
    double operator()(std::size_t row, std::size_t col) const { return values_[row * cols_ + col]; }
    /// Costs of one row, to be changed: [cols].
    std::span<double> row(std::size_t row) { return std::span(values_).subspan(row * cols_, cols_); }
    /// Costs of one row: [cols].
    std::span<const double> row(std::size_t row) const { return std::span(values_).subspan(row * cols_, cols_); }

  private:
    std::size_t rows_;
    std::size_t cols_;
    std::vector<double> values_;
};

}  // namespace espalier::topology
