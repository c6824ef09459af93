#include <algorithm>
#include <limits>
#include <numeric>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier {
namespace {

constexpr std::size_t largest_side = std::numeric_limits<std::uint32_t>::max();

void check_sides(std::size_t rows, std::size_t cols) {
    if (rows > largest_side || cols > largest_side) {
        throw FormatError("pattern " + std::to_string(rows) + "x" + std::to_string(cols) +
                          ": a side is at most 4294967295");
    }
}

void check_offsets(std::size_t rows, const std::vector<std::uint64_t>& offsets, std::size_t edges) {
    if (offsets.size() != rows + 1) {
        throw FormatError("indptr has " + std::to_string(offsets.size()) + " entries, " + std::to_string(rows) +
                          " rows need " + std::to_string(rows + 1));
    }
    if (offsets.front() != 0)
        throw FormatError("indptr starts at " + std::to_string(offsets.front()) + " instead of 0");
    if (offsets.back() != edges) {
        throw FormatError("indptr ends at " + std::to_string(offsets.back()) + ", but there are " +
                          std::to_string(edges) + " indices");
    }
    for (std::size_t row = 0; row < rows; ++row) {
        if (offsets[row + 1] < offsets[row]) throw FormatError("indptr decreases at row " + std::to_string(row));
    }
}

void check_row(std::span<const std::uint32_t> row, std::size_t number, std::size_t cols) {
    for (std::size_t k = 0; k < row.size(); ++k) {
        if (row[k] >= cols) {
            throw FormatError("row " + std::to_string(number) + ": index " + std::to_string(row[k]) +
                              " is not below the " + std::to_string(cols) + " columns");
        }
        if (k > 0 && row[k] <= row[k - 1]) {
            throw FormatError("row " + std::to_string(number) + ": index " + std::to_string(row[k]) + " after " +
                              std::to_string(row[k - 1]) + "; indices must ascend without duplicates");
        }
    }
}

}  // namespace

Pattern::Pattern(std::size_t rows, std::size_t cols, std::vector<std::uint64_t> offsets,
                 std::vector<std::uint32_t> indices)
    : rows_(rows), cols_(cols), offsets_(std::move(offsets)), indices_(std::move(indices)) {
    check_sides(rows, cols);
    check_offsets(rows, offsets_, indices_.size());
    for_row_runs(rows, indices_.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) check_row(row(r), r, cols);
    });
}

Pattern Pattern::full(std::size_t rows, std::size_t cols) {
    check_sides(rows, cols);
    Pattern pattern;
    pattern.rows_ = rows;
    pattern.cols_ = cols;
    pattern.is_full_ = true;
    pattern.offsets_.clear();
    pattern.indices_.resize(cols);
    std::iota(pattern.indices_.begin(), pattern.indices_.end(), 0U);
    return pattern;
}

Pattern Pattern::from_flat(std::size_t rows, std::size_t cols, std::span<const std::uint64_t> positions) {
    check_sides(rows, cols);
    std::vector<std::uint64_t> offsets(rows + 1, 0);
    std::vector<std::uint32_t> indices;
    indices.reserve(positions.size());
    for (std::size_t k = 0; k < positions.size(); ++k) {
        const std::uint64_t position = positions[k];
        if (position >= rows * cols || (k > 0 && position <= positions[k - 1])) {
            throw FormatError("flat position " + std::to_string(position) + " in a pattern of " + std::to_string(rows) +
                              "x" + std::to_string(cols) + ": positions must ascend and stay inside");
        }
        ++offsets[position / cols + 1];
        indices.push_back(static_cast<std::uint32_t>(position % cols));
    }
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
    return {rows, cols, std::move(offsets), std::move(indices)};
}

double Pattern::density() const {
    return positions() == 0 ? 0.0 : static_cast<double>(edges()) / static_cast<double>(positions());
}

bool Pattern::contains(std::size_t r, std::size_t col) const {
    return std::ranges::binary_search(row(r), col);
}

std::vector<std::uint64_t> Pattern::flat() const {
    std::vector<std::uint64_t> positions;
    positions.reserve(edges());
    for (std::size_t r = 0; r < rows_; ++r) {
        for (const std::uint32_t col : row(r)) positions.push_back(static_cast<std::uint64_t>(r) * cols_ + col);
    }
    return positions;
}

Pattern Pattern::transposed() const {
    if (is_full_) return full(cols_, rows_);
    std::vector<std::uint64_t> offsets(cols_ + 1, 0);
    for (const std::uint32_t col : indices_) ++offsets[col + 1];
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
    std::vector<std::uint64_t> next(offsets.begin(), offsets.end() - 1);
    std::vector<std::uint32_t> indices(indices_.size());
    for (std::size_t r = 0; r < rows_; ++r) {  // rows in order, so each column receives them ascending
        for (const std::uint32_t col : row(r)) indices[next[col]++] = static_cast<std::uint32_t>(r);
    }
    return {cols_, rows_, std::move(offsets), std::move(indices)};
}

std::string Pattern::shape_text() const {
    return std::to_string(rows_) + "x" + std::to_string(cols_);
}

bool operator==(const Pattern& a, const Pattern& b) {
    if (a.rows_ != b.rows_ || a.cols_ != b.cols_ || a.edges() != b.edges()) return false;
    if (a.is_full_ || b.is_full_) return true;  // equal shape and count: the other keeps everything too
    return a.offsets_ == b.offsets_ && a.indices_ == b.indices_;
}

void require_equal_shape(const Pattern& a, const Pattern& b, const std::string& what) {
    if (a.rows() != b.rows() || a.cols() != b.cols()) {
        throw FormatError(what + ": shapes " + a.shape_text() + " and " + b.shape_text() + " differ");
    }
}

Pattern disjoint_union(const Pattern& a, const Pattern& b) {
    require_equal_shape(a, b, "union");
    return Pattern::by_rows(
        a.rows(), a.cols(), a.edges() + b.edges(), [&](std::size_t r) { return a.row(r).size() + b.row(r).size(); },
        [&](std::size_t r, std::span<std::uint32_t> to) { std::ranges::merge(a.row(r), b.row(r), to.begin()); });
}

std::size_t count_common(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
    std::size_t common = 0;
    auto left = a.begin();
    auto right = b.begin();
    while (left != a.end() && right != b.end()) {
        if (*left < *right) {
            ++left;
        } else if (*right < *left) {
            ++right;
        } else {
            ++common;
            ++left;
            ++right;
        }
    }
    return common;
}

}  // namespace espalier
