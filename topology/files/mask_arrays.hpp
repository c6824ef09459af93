#pragma once

#include <string>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/topology/files/dense_layer.hpp>
#include <espalier/topology/files/layer_arrays.hpp>
#include <espalier/topology/files/mask_files.hpp>

namespace espalier::topology {

/// The matrix of a file for which holds_one_matrix() holds. A member `conv_shape` [out, in, kh, kw] beside it says that
/// the inputs are the unrolled (in, kh, kw) of a convolution.
/// @throws FormatError naming file, array and place
Layer read_matrix(const TensorFile& file, const std::string& name, const MaskFileOptions& options);

/// A dense array, see dense_layer.hpp.
/// @throws FormatError naming file and array
Layer read_dense(const TensorFile& file, const NamedArrays& arrays, const MaskFileOptions& options);

}  // namespace espalier::topology
