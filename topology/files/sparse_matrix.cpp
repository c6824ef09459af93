#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/sparse_matrix.hpp>

namespace espalier::topology {
namespace {

using Numbers = std::vector<std::uint64_t>;

struct MatrixShape {
    std::size_t rows = 0;
    std::size_t cols = 0;
};

MatrixShape read_shape(const TensorFile& file) {
    const Tensor array = file.read("shape");
    const Numbers shape = array.to_unsigned();
    if (shape.size() != 2)
        throw FormatError(array.where() + ": two sizes are needed, not " + std::to_string(shape.size()));
    return {shape[0], shape[1]};
}

/// Rows and columns, of which the in-out orientations take columns for outputs.
bool is_turned(Orientation orientation) {
    return orientation != Orientation::out_in;
}

std::vector<float> read_values(const TensorFile& file, const std::string& name, std::size_t edges) {
    if (!file.has(name)) return {};
    const Tensor array = file.read(name);
    if (array.size() != edges) {
        throw FormatError(array.where() + ": " + std::to_string(array.size()) + " values for " + std::to_string(edges) +
                          " entries");
    }
    return array.has_values() ? array.to_finite_floats() : std::vector<float>{};
}

/// Sides and edges from rows and columns as the file counts them.
EdgeList oriented(std::string where, MatrixShape shape, std::vector<std::uint32_t> rows,
                  std::vector<std::uint32_t> cols, Orientation orientation) {
    if (is_turned(orientation)) {
        std::swap(rows, cols);
        std::swap(shape.rows, shape.cols);
    }
    return {std::move(where), shape.rows, shape.cols, std::move(rows), std::move(cols), {}};
}

void check_offsets(const Numbers& offsets, std::size_t lines, std::size_t edges, const std::string& where) {
    if (offsets.size() != lines + 1) {
        throw FormatError(where + ": " + std::to_string(offsets.size()) + " entries, the shape needs " +
                          std::to_string(lines + 1));
    }
    if (offsets.front() != 0)
        throw FormatError(where + ": starts at " + std::to_string(offsets.front()) + ", not at 0");
    if (offsets.back() != edges) {
        throw FormatError(where + ": ends at " + std::to_string(offsets.back()) + ", but there are " +
                          std::to_string(edges) + " indices");
    }
    for (std::size_t k = 1; k < offsets.size(); ++k) {
        if (offsets[k] < offsets[k - 1]) throw FormatError(where + ": decreases at entry " + std::to_string(k));
    }
}

/// The number of the line (row of a csr, column of a csc) that each entry is in. Lines whose entries do not ascend are
/// read all the same, since all edges are sorted later.
std::vector<std::uint32_t> expand_lines(const Numbers& offsets, const Numbers& indices, const std::string& line,
                                        const std::string& where, const MaskFileOptions& options) {
    std::vector<std::uint32_t> lines(indices.size());
    Numbers unsorted;
    for (std::size_t k = 0; k + 1 < offsets.size(); ++k) {
        const auto begin = indices.begin() + static_cast<std::ptrdiff_t>(offsets[k]);
        const auto end = indices.begin() + static_cast<std::ptrdiff_t>(offsets[k + 1]);
        if (!std::is_sorted(begin, end)) unsorted.push_back(k);
        std::fill(lines.begin() + (begin - indices.begin()), lines.begin() + (end - indices.begin()),
                  static_cast<std::uint32_t>(k));
    }
    if (!unsorted.empty()) {
        options.say(where + ": not in ascending order in " + std::to_string(unsorted.size()) + " of " +
                    std::to_string(offsets.size() - 1) + " " + line + "s, first in " + line + " " +
                    std::to_string(unsorted.front()) + "; sorted");
    }
    return lines;
}

std::vector<std::uint32_t> below(const Numbers& indices, std::size_t bound, const std::string& where) {
    for (std::size_t k = 0; k < indices.size(); ++k) {
        if (indices[k] >= bound) {
            throw FormatError(where + ": entry " + std::to_string(k) + " is " + std::to_string(indices[k]) +
                              ", not below the " + std::to_string(bound) + " of the shape");
        }
    }
    return {indices.begin(), indices.end()};
}

EdgeList read_compressed(const TensorFile& file, bool by_rows, const MaskFileOptions& options) {
    const MatrixShape shape = read_shape(file);
    const Tensor index_array = file.read("indices");
    const Tensor offset_array = file.read("indptr");
    const Numbers indices = index_array.to_unsigned();
    const Numbers offsets = offset_array.to_unsigned();
    require_plausible_shape(shape.rows, shape.cols, indices.size(), file.path());
    check_offsets(offsets, by_rows ? shape.rows : shape.cols, indices.size(), offset_array.where());
    auto along = expand_lines(offsets, indices, by_rows ? "row" : "column", index_array.where(), options);
    auto across = below(indices, by_rows ? shape.cols : shape.rows, index_array.where());
    if (!by_rows) std::swap(along, across);
    EdgeList edges = oriented(file.path(), shape, std::move(along), std::move(across), options.orientation);
    edges.values = read_values(file, "data", indices.size());
    return edges;
}

EdgeList read_coordinates(const TensorFile& file, const std::string& row_name, const std::string& col_name,
                          const std::string& value_name, Orientation orientation) {
    const MatrixShape shape = read_shape(file);
    const Tensor row_array = file.read(row_name);
    const Tensor col_array = file.read(col_name);
    if (row_array.size() != col_array.size()) {
        throw FormatError(col_array.where() + ": " + std::to_string(col_array.size()) + " entries, '" + row_name +
                          "' has " + std::to_string(row_array.size()));
    }
    require_plausible_shape(shape.rows, shape.cols, row_array.size(), file.path());
    auto rows = below(row_array.to_unsigned(), shape.rows, row_array.where());
    auto cols = below(col_array.to_unsigned(), shape.cols, col_array.where());
    EdgeList edges = oriented(file.path(), shape, std::move(rows), std::move(cols), orientation);
    edges.values = read_values(file, value_name, row_array.size());
    return edges;
}

/// What both formats with dense parts share: of their elements those that are not 0 are edges, as in a dense array.
class DensePart {
  public:
    DensePart(Tensor data, std::size_t dimensions) : data_(std::move(data)) {
        data_.require_numbers();
        if (data_.shape().size() == dimensions) return;
        throw FormatError(data_.where() + ": " + std::to_string(data_.shape().size()) + " dimensions instead of " +
                          std::to_string(dimensions));
    }
    std::size_t side(std::size_t dimension) const { return data_.shape()[dimension]; }
    std::size_t size() const { return data_.size(); }
    const std::string& where() const { return data_.where(); }
    const std::vector<float>& values() const { return values_; }
    std::size_t zeros() const { return zeros_; }

    /// Whether element k is an edge, whose value is then kept.
    bool take(std::size_t k) {
        if (data_.number(k) == 0) {
            ++zeros_;
            return false;
        }
        if (data_.has_values()) values_.push_back(data_.finite_float(k));
        return true;
    }

  private:
    Tensor data_;
    std::vector<float> values_;
    std::size_t zeros_ = 0;
};

/// bsr: `data` [blocks, r, c], block k of block row i standing at columns indices[k] * c and on.
EdgeList read_blocks(const TensorFile& file, const MaskFileOptions& options) {
    const MatrixShape shape = read_shape(file);
    const Tensor index_array = file.read("indices");
    const Tensor offset_array = file.read("indptr");
    const Numbers indices = index_array.to_unsigned();
    const Numbers offsets = offset_array.to_unsigned();
    DensePart data(file.read("data"), 3);
    const std::size_t high = data.side(1);
    const std::size_t wide = data.side(2);
    if (data.side(0) != indices.size() || high == 0 || wide == 0 || shape.rows % high != 0 || shape.cols % wide != 0) {
        throw FormatError(data.where() + ": [" + std::to_string(data.side(0)) + ", " + std::to_string(high) + ", " +
                          std::to_string(wide) + "] are no blocks for " + std::to_string(indices.size()) +
                          " indices that tile a matrix of " + std::to_string(shape.rows) + " rows and " +
                          std::to_string(shape.cols) + " columns");
    }
    require_plausible_shape(shape.rows, shape.cols, data.size(), file.path());
    check_offsets(offsets, shape.rows / high, indices.size(), offset_array.where());
    const auto block_rows = expand_lines(offsets, indices, "block row", index_array.where(), options);
    const auto block_cols = below(indices, shape.cols / wide, index_array.where());
    std::vector<std::uint32_t> rows;
    std::vector<std::uint32_t> cols;
    for (std::size_t k = 0; k < data.size(); ++k) {
        if (!data.take(k)) continue;
        const std::size_t block = k / (high * wide);
        rows.push_back(static_cast<std::uint32_t>(block_rows[block] * high + k / wide % high));
        cols.push_back(static_cast<std::uint32_t>(block_cols[block] * wide + k % wide));
    }
    if (data.zeros() > 0) {
        options.say(data.where() + ": " + std::to_string(data.zeros()) + " zeros within its blocks are no edges");
    }
    EdgeList edges = oriented(file.path(), shape, std::move(rows), std::move(cols), options.orientation);
    edges.values = data.values();
    return edges;
}

/// The diagonals above (positive) or below the main one.
std::vector<std::int64_t> read_diagonals(const TensorFile& file, std::size_t count) {
    const Tensor array = file.read("offsets");
    if (!array.is_integer() || array.size() != count) {
        throw FormatError(array.where() + ": " + std::to_string(count) + " integers are needed, one a diagonal");
    }
    std::vector<std::int64_t> offsets;
    for (const double offset : array.to_doubles()) {
        if (std::abs(offset) >= 4294967296.0) {
            throw FormatError(array.where() + ": entry " + std::to_string(offsets.size()) + " is no diagonal");
        }
        offsets.push_back(static_cast<std::int64_t>(offset));
    }
    std::vector<std::int64_t> sorted = offsets;
    std::ranges::sort(sorted);
    const auto twice = std::ranges::adjacent_find(sorted);
    if (twice != sorted.end()) {
        throw FormatError(array.where() + ": diagonal " + std::to_string(*twice) + " is there twice");
    }
    return offsets;
}

/// dia: data[d, col] is the entry at row col - offsets[d]; what lies outside of the matrix does not count.
EdgeList read_diagonal_matrix(const TensorFile& file, const MaskFileOptions& options) {
    const MatrixShape shape = read_shape(file);
    DensePart data(file.read("data"), 2);
    const std::vector<std::int64_t> offsets = read_diagonals(file, data.side(0));
    require_plausible_shape(shape.rows, shape.cols, data.size(), file.path());
    std::vector<std::uint32_t> rows;
    std::vector<std::uint32_t> cols;
    for (std::size_t d = 0; d < offsets.size(); ++d) {
        for (std::size_t col = 0; col < std::min(data.side(1), shape.cols); ++col) {
            const std::int64_t row = static_cast<std::int64_t>(col) - offsets[d];
            if (row < 0 || row >= static_cast<std::int64_t>(shape.rows)) continue;
            if (!data.take(d * data.side(1) + col)) continue;
            rows.push_back(static_cast<std::uint32_t>(row));
            cols.push_back(static_cast<std::uint32_t>(col));
        }
    }
    EdgeList edges = oriented(file.path(), shape, std::move(rows), std::move(cols), options.orientation);
    edges.values = data.values();
    return edges;
}

EdgeList read_scipy(const TensorFile& file, const MaskFileOptions& options) {
    const std::string format = file.read("format").to_text();
    if (format == "csr" || format == "csc") return read_compressed(file, format == "csr", options);
    if (format == "coo") return read_coordinates(file, "row", "col", "data", options.orientation);
    if (format == "bsr") return read_blocks(file, options);
    if (format == "dia") return read_diagonal_matrix(file, options);
    throw FormatError(file.path() + ": sparse format '" + format + "' is not read; save matrix.tocsr()");
}

}  // namespace

bool holds_one_matrix(const TensorFile& file) {
    if (file.format() != ".npz") return false;
    return file.has("format") || (file.has("shape") && file.has("rows") && file.has("cols"));
}

EdgeList read_sparse(const TensorFile& file, const MaskFileOptions& options) {
    if (file.has("format")) return read_scipy(file, options);
    return read_coordinates(file, "rows", "cols", "weight", options.orientation);
}

}  // namespace espalier::topology
