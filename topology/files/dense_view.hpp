#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <espalier/base/formats/tensor.hpp>
#include <espalier/topology/files/mask_options.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// A dense array in somebody else's memory, as NumPy and PyTorch have them: numbers or bools, any strides.
struct DenseView {
    std::string where;  ///< what errors call it
    ElementType type;
    const std::byte* data = nullptr;
    std::vector<std::size_t> shape;
    std::vector<std::ptrdiff_t> strides;  ///< in bytes, one a side
};

/// What dense_layer() makes of such an array, without a copy of it.
/// @param weights  of the same shape: their values are the layer's, and `mask` says which there are; null: the mask's
///                 own values where it is of floating-point numbers
/// @throws FormatError naming array and element, as dense_layer()
/// Cost: one pass over the mask and one over what of the values is kept, rows dealt to threads; memory of the layer and
/// a bit a position. Rows whose elements are not side by side (in-out) are gathered first, by the dozen.
Layer layer_of_view(const DenseView& mask, const DenseView* weights, const std::string& name,
                    const MaskFileOptions& options);

}  // namespace espalier::topology
