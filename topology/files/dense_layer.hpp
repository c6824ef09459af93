#pragma once

#include <string>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/topology/files/mask_options.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Where the weights of a dense array are: index of weight (output, input, place in the kernel) in C order.
struct DensePlan {
    std::size_t outputs = 0;
    std::size_t inputs = 0;       ///< input neurons or channels that count, without a dropped one
    std::size_t block = 1;        ///< places of a kernel
    std::size_t output_step = 0;  ///< elements from one output to the next
    std::size_t input_step = 0;
    std::size_t place_step = 1;
    std::vector<std::size_t> shape;  ///< of the layer: [out, in], [out, in, k] or [out, in, kh, kw]

    /// Columns of the layer's pattern: inputs, and the places of a kernel for each.
    std::size_t columns() const { return inputs * block; }
    /// Where a weight stands in the array, which is in C order.
    std::size_t at(std::size_t output, std::size_t column) const {
        return output * output_step + column / block * input_step + column % block * place_step;
    }
};

/// The layer in an array of this shape, by its orientation: out-in [out, in], [out, in, k] or [out, in, kh, kw]; in-out
/// [in, out], [k, in, out] or [kh, kw, in, out]; transposed [in, out], [in, out, k] or [in, out, kh, kw]. A convolution
/// in one dimension is kept as [out, in, 1, k].
/// @param where  what errors call the array
/// @throws FormatError for other shapes, sides that no file can mean, a convolution without weights, and where there is
///         no last input to drop
DensePlan plan_dense(const std::vector<std::size_t>& shape, const MaskFileOptions& options, const std::string& where);

/// The layer of a dense array: what is not zero is an edge; values are kept where they are floating-point.
/// @tparam Array  Tensor or a pair of them: where(), shape(), size(), has_values(), number(k),
///                finite_float(k)
/// @throws FormatError naming array and element
/// Cost: two passes over the array; memory of edges and rows beside it.
template <class Array>
Layer dense_layer(const Array& array, const std::string& name, const MaskFileOptions& options) {
    const DensePlan plan = plan_dense(array.shape(), options, array.where());
    const auto is_edge = [&](std::size_t row, std::size_t col) { return array.number(plan.at(row, col)) != 0; };
    const auto count = [&](std::size_t row) {
        std::size_t edges = 0;
        for (std::size_t col = 0; col < plan.columns(); ++col) edges += is_edge(row, col) ? 1 : 0;
        return edges;
    };
    const auto fill = [&](std::size_t row, std::span<std::uint32_t> to) {
        auto next = to.begin();
        for (std::size_t col = 0; col < plan.columns(); ++col) {
            if (is_edge(row, col)) *next++ = static_cast<std::uint32_t>(col);
        }
    };
    Layer layer{name, plan.shape, Pattern::by_rows(plan.outputs, plan.columns(), array.size(), count, fill), {}};
    if (array.has_values()) {
        layer.values.reserve(layer.pattern.edges());
        for (std::size_t row = 0; row < plan.outputs; ++row) {
            for (const std::uint32_t col : layer.pattern.row(row)) {
                layer.values.push_back(array.finite_float(plan.at(row, col)));
            }
        }
    }
    const bool is_full = layer.pattern.edges() > 0 && layer.pattern.edges() == layer.pattern.positions();
    if (is_full) layer.pattern = Pattern::full(plan.outputs, plan.columns());
    return layer;
}

/// @throws FormatError naming both arrays and shapes where they differ
void require_mask_fits(const std::vector<std::size_t>& mask, const std::vector<std::size_t>& weight,
                       const std::string& where_mask, const std::string& where_weight);

/// A weight and its mask (layer_arrays.hpp): the mask says which edges there are, also where the weight is 0.
template <class Array>
class MaskedArray {
  public:
    /// @throws FormatError where their shapes differ
    MaskedArray(Array mask, Array weight) : mask_(std::move(mask)), weight_(std::move(weight)) {
        require_mask_fits(mask_.shape(), weight_.shape(), mask_.where(), weight_.where());
    }
    /// What errors call it: the mask.
    const std::string& where() const { return mask_.where(); }
    /// Of both arrays.
    const std::vector<std::size_t>& shape() const { return mask_.shape(); }
    /// Number of elements.
    std::size_t size() const { return mask_.size(); }
    /// Whether the weights are floating-point numbers.
    bool has_values() const { return weight_.has_values(); }
    /// Element k of the mask: an edge where it is not 0.
    double number(std::size_t k) const { return mask_.number(k); }
    /// Element k of the weights.
    /// @throws FormatError where it is not finite
    float finite_float(std::size_t k) const { return weight_.finite_float(k); }

  private:
    Array mask_;
    Array weight_;
};

}  // namespace espalier::topology
