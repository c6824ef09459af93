#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/edge_list.hpp>
#include <espalier/topology/files/mask_arrays.hpp>
#include <espalier/topology/files/sparse_matrix.hpp>
#include <espalier/topology/files/streamed_layer.hpp>

namespace espalier::topology {
namespace {

using Numbers = std::vector<std::uint64_t>;

/// The sides of the convolution that an edge list unrolls, where it says so in `conv_shape` [out, in, kh, kw] or [out,
/// in, k].
void restore_kernel(const TensorFile& file, Layer& layer) {
    if (!file.has("conv_shape")) return;
    const Tensor array = file.read("conv_shape");
    const Numbers sides = array.to_unsigned();
    const std::vector<std::size_t> shape(sides.begin(), sides.end());
    const Pattern& pattern = layer.pattern;
    const bool in_range = (shape.size() == 3 || shape.size() == 4) &&
                          std::ranges::all_of(shape, [](std::size_t side) { return side > 0 && side < (1U << 20); });
    if (!in_range || shape[0] != pattern.rows() || shape[1] * window_places(shape) != pattern.cols()) {
        throw FormatError(array.where() + ": [out, in, kh, kw] or [out, in, k] that unroll to the layer's " +
                          std::to_string(pattern.rows()) + " outputs and " + std::to_string(pattern.cols()) +
                          " inputs are needed");
    }
    layer.shape = shape;
}

}  // namespace

Layer read_matrix(const TensorFile& file, const std::string& name, const MaskFileOptions& options) {
    Layer layer = layer_from_edges(read_sparse(file, options), name, options.drop_last_input);
    restore_kernel(file, layer);
    return layer;
}

Layer read_dense(const TensorFile& file, const NamedArrays& arrays, const MaskFileOptions& options) {
    if (std::optional<Layer> layer = streamed_layer(file, arrays, options)) return *std::move(layer);
    Tensor mask = file.read(arrays.mask);
    mask.require_numbers();
    if (arrays.weight.empty()) return dense_layer(mask, arrays.name, options);
    Tensor weight = file.read(arrays.weight);
    weight.require_numbers();
    return dense_layer(MaskedArray(std::move(mask), std::move(weight)), arrays.name, options);
}

}  // namespace espalier::topology
