#pragma once

#include <optional>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/topology/files/layer_arrays.hpp>
#include <espalier/topology/files/mask_options.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// The layer of a packed array, or of a mask and its weights where one is packed: what dense_layer() makes of them, in
/// memory of the kept edges and a fixed piece instead of the array's.
///
/// Nothing for arrays that are not packed, and for convolutions whose places in the file are no rows of the layer
/// (Fortran order, in-out): those are read whole.
/// Cost: each array is read once, by one thread.
/// @throws FormatError naming array and element; IoError
std::optional<Layer> streamed_layer(const TensorFile& file, const NamedArrays& arrays, const MaskFileOptions& options);

/// Whether an array, read to its end, holds nothing else than 0 and 1.
bool holds_only_0_and_1(const ElementStream& array);

}  // namespace espalier::topology
