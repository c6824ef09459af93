#include <algorithm>

#include <espalier/base/error.hpp>
#include <espalier/topology/files/edge_list.hpp>
#include <espalier/topology/files/mask_arrays.hpp>

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
    if (orientation == Orientation::in_out) {
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

[[noreturn]] void refuse_order(const std::string& where, std::size_t line, std::uint64_t before, std::uint64_t index) {
    throw FormatError(where + " " + std::to_string(line) + ": " + std::to_string(index) + " after " +
                      std::to_string(before) +
                      "; indices must ascend without duplicates (sum_duplicates() in SciPy sorts and merges)");
}

/// The number of the line (row of a csr, column of a csc) that each entry is in; indices ascend within a line.
std::vector<std::uint32_t> expand_lines(const Numbers& offsets, const Numbers& indices, const std::string& line,
                                        const std::string& where) {
    const std::string place = where + ": " + line;
    std::vector<std::uint32_t> lines(indices.size());
    for (std::size_t k = 0; k + 1 < offsets.size(); ++k) {
        for (std::size_t at = offsets[k]; at < offsets[k + 1]; ++at) {
            lines[at] = static_cast<std::uint32_t>(k);
            if (at == offsets[k] || indices[at] > indices[at - 1]) continue;
            refuse_order(place, k, indices[at - 1], indices[at]);
        }
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

EdgeList read_compressed(const TensorFile& file, bool by_rows, Orientation orientation) {
    const MatrixShape shape = read_shape(file);
    const Tensor index_array = file.read("indices");
    const Tensor offset_array = file.read("indptr");
    const Numbers indices = index_array.to_unsigned();
    const Numbers offsets = offset_array.to_unsigned();
    require_plausible_shape(shape.rows, shape.cols, indices.size(), file.path());
    check_offsets(offsets, by_rows ? shape.rows : shape.cols, indices.size(), offset_array.where());
    auto along = expand_lines(offsets, indices, by_rows ? "row" : "column", index_array.where());
    auto across = below(indices, by_rows ? shape.cols : shape.rows, index_array.where());
    if (!by_rows) std::swap(along, across);
    EdgeList edges = oriented(file.path(), shape, std::move(along), std::move(across), orientation);
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

EdgeList read_scipy(const TensorFile& file, Orientation orientation) {
    const std::string format = file.read("format").to_text();
    if (format == "csr" || format == "csc") return read_compressed(file, format == "csr", orientation);
    if (format == "coo") return read_coordinates(file, "row", "col", "data", orientation);
    throw FormatError(file.path() + ": sparse format '" + format + "' is not read; save matrix.tocsr()");
}

/// The sides of the convolution that an edge list unrolls, where it says so in `conv_shape` [out, in, kh, kw].
void restore_kernel(const TensorFile& file, Layer& layer) {
    if (!file.has("conv_shape")) return;
    const Tensor array = file.read("conv_shape");
    const Numbers sides = array.to_unsigned();
    const std::vector<std::size_t> shape(sides.begin(), sides.end());
    const Pattern& pattern = layer.pattern;
    const bool in_range =
        shape.size() == 4 && std::ranges::all_of(shape, [](std::size_t side) { return side > 0 && side < (1U << 20); });
    if (!in_range || shape[0] != pattern.rows() || shape[1] * shape[2] * shape[3] != pattern.cols()) {
        throw FormatError(array.where() + ": [out, in, kh, kw] that unroll to the layer's " +
                          std::to_string(pattern.rows()) + " outputs and " + std::to_string(pattern.cols()) +
                          " inputs are needed");
    }
    layer.shape = shape;
}

}  // namespace

bool holds_one_matrix(const TensorFile& file) {
    if (file.format() != ".npz") return false;
    return file.has("format") || (file.has("shape") && file.has("rows") && file.has("cols"));
}

Layer read_matrix(const TensorFile& file, const std::string& name, const MaskFileOptions& options) {
    EdgeList edges = file.has("format") ? read_scipy(file, options.orientation)
                                        : read_coordinates(file, "rows", "cols", "weight", options.orientation);
    Layer layer = layer_from_edges(std::move(edges), name, options.drop_last_input);
    restore_kernel(file, layer);
    return layer;
}

Layer read_dense(const TensorFile& file, const NamedArrays& arrays, const MaskFileOptions& options) {
    Tensor mask = file.read(arrays.mask);
    mask.require_numbers();
    if (arrays.weight.empty()) return dense_layer(mask, arrays.name, options);
    Tensor weight = file.read(arrays.weight);
    weight.require_numbers();
    return dense_layer(MaskedArray(std::move(mask), std::move(weight)), arrays.name, options);
}

}  // namespace espalier::topology
