#pragma once

#include <filesystem>

#include <espalier/topology/files/mask_options.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// True for the names of files that read_mask_files takes: .npz, .npy, .safetensors, and .pt, .pth, .pth.tar, .ckpt and
/// .bin of PyTorch, the latter also as FILE.pt:KEY.
bool is_mask_file(const std::filesystem::path& path);

/// True for the names of files that are layers where they lie in a folder: .npz and .safetensors. A checkpoint beside
/// them is none.
bool is_layer_file(const std::filesystem::path& path);

/// One .npz or .safetensors, or a folder of one kind; layers in natural order of their names.
///
/// An .npz is a SciPy sparse matrix (csr, csc, coo, bsr, dia), an edge list (`shape, rows, cols[, weight]`) or one
/// dense array a layer; a .safetensors has dense arrays, of which those of fewer than two dimensions (biases,
/// normalisation) are no layers. A dense array is 2-D, 3-D (a convolution in one dimension, [out, in, 1, k] from then
/// on) or 4-D. "x_mask" and "x_orig" side by side, as PyTorch's pruning saves them, are one layer "x" with that mask
/// and those weights.
///
/// A stored entry of a sparse matrix is an edge even where its value is 0; in a dense array non-zero is. Values are
/// kept where they are floating-point. Whatever the orientation, rows of the patterns are outputs.
///
/// In a folder each .npz is one layer, called as the file is; so is each .safetensors where all of them hold one layer.
/// Otherwise they are parts of one model, and the layers of all are ordered by their own names.
///
/// @throws ConfigError where the path does not exist, holds no such file, or a selected layer is not there;
///         FormatError naming file, array and place; IoError
Topology read_mask_files(const std::filesystem::path& path, const MaskFileOptions& options = {});

}  // namespace espalier::topology
