#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include <espalier/base/patterns/row_runs.hpp>

namespace espalier {

/// Which weights of a layer exist: a mask [rows = outputs x cols = inputs] in compressed rows (CSR).
///
/// Read as columns it is the biadjacency of the layer's bipartite graph, whose rows are inputs. Indices ascend strictly
/// in every row; a Pattern that breaks this cannot be built. A *full* pattern stores no indices per row, so a dense
/// layer costs no index memory; row() works on both kinds.
///
/// A Pattern does not change. A topology update makes a new one (see pattern_update.hpp).
class Pattern {
  public:
    /// No rows, no columns.
    Pattern() : Pattern(0, 0, {0}, {}) {}

    /// Checks everything: offsets start at 0, never decrease, have rows + 1 entries and end at indices.size();
    /// indices are below cols and ascend strictly in each row.
    /// @throws FormatError naming the first row that is wrong
    Pattern(std::size_t rows, std::size_t cols, std::vector<std::uint64_t> offsets, std::vector<std::uint32_t> indices);

    /// Every position kept.
    static Pattern full(std::size_t rows, std::size_t cols);

    /// From flat positions (row * cols + col), strictly ascending.
    /// @throws FormatError where they do not ascend or leave the shape
    static Pattern from_flat(std::size_t rows, std::size_t cols, std::span<const std::uint64_t> positions);

    /// Outputs of the layer.
    std::size_t rows() const { return rows_; }
    /// Inputs of the layer; of a convolution its (channel, row, column) places.
    std::size_t cols() const { return cols_; }
    /// Nothing kept.
    static Pattern empty(std::size_t rows, std::size_t cols) {
        return {rows, cols, std::vector<std::uint64_t>(rows + 1, 0), {}};
    }

    /// Built row by row, rows dealt to threads: count(row) is how many columns a row keeps, fill(row, to) writes them,
    /// ascending, to the span `to` of that size.
    /// @param work as for_row_runs() has it, of counting or filling
    /// @throws FormatError as the constructor
    template <class Count, class Fill>
    static Pattern by_rows(std::size_t rows, std::size_t cols, std::size_t work, const Count& count, const Fill& fill) {
        std::vector<std::uint64_t> offsets(rows + 1, 0);
        for_row_runs(rows, work, [&](std::size_t begin, std::size_t end) {
            for (std::size_t row = begin; row < end; ++row) offsets[row + 1] = count(row);
        });
        std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
        std::vector<std::uint32_t> indices(offsets.back());
        for_row_runs(rows, work, [&](std::size_t begin, std::size_t end) {
            for (std::size_t row = begin; row < end; ++row) {
                fill(row, std::span(indices).subspan(offsets[row], offsets[row + 1] - offsets[row]));
            }
        });
        return {rows, cols, std::move(offsets), std::move(indices)};
    }

    /// Kept positions.
    std::size_t edges() const { return is_full_ ? rows_ * cols_ : indices_.size(); }
    /// All positions, kept or not.
    std::size_t positions() const { return rows_ * cols_; }
    /// edges / positions; 0 for an empty shape.
    double density() const;
    /// Whether it was made full and stores no indices for each row.
    bool is_full() const { return is_full_; }

    /// The kept columns of one row, ascending.
    std::span<const std::uint32_t> row(std::size_t row) const {
        return is_full_ ? std::span(indices_)
                        : std::span(indices_).subspan(offsets_[row], offsets_[row + 1] - offsets_[row]);
    }
    /// Where the values of this row begin in an array with one value per edge.
    std::size_t row_begin(std::size_t row) const { return is_full_ ? row * cols_ : offsets_[row]; }

    /// [rows + 1] where each row begins among the indices, for kernels; not available on a full pattern, which has
    /// none.
    std::span<const std::uint64_t> offsets() const { return offsets_; }
    /// [edges] the kept columns, row after row; on a full pattern those of one row.
    std::span<const std::uint32_t> indices() const { return indices_; }

    /// Whether this weight is kept; row and col lie within the shape. O(log(fan-in)).
    bool contains(std::size_t row, std::size_t col) const;

    /// Flat positions of all kept weights, ascending.
    std::vector<std::uint64_t> flat() const;

    /// The same edges seen from the inputs: [cols x rows].
    Pattern transposed() const;

    /// "784x300", rows first.
    std::string shape_text() const;

    /// Equal shape and equal edges; a full pattern equals a stored one that keeps everything.
    friend bool operator==(const Pattern& a, const Pattern& b);

  private:
    std::size_t rows_ = 0;
    std::size_t cols_ = 0;
    bool is_full_ = false;
    std::vector<std::uint64_t> offsets_;
    std::vector<std::uint32_t> indices_;  // of a full pattern: 0 .. cols - 1 once, shared by all rows
};

/// @throws FormatError "<what>: shapes AxB and CxD differ"
void require_equal_shape(const Pattern& a, const Pattern& b, const std::string& what);

/// What either pattern keeps. O(edges), rows dealt to threads.
/// @throws FormatError where the shapes differ or they have a position in common
Pattern disjoint_union(const Pattern& a, const Pattern& b);

/// How many elements two ascending ranges share: one merge.
std::size_t count_common(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);

}  // namespace espalier
