#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// What the first index of a matrix from another tool counts.
enum class Orientation { out_in, in_out };

/// @throws ConfigError for anything but "in-out" and "out-in"
Orientation parse_orientation(const std::string& text);

/// How to read files that say nothing of themselves.
struct MaskFileOptions {
    Orientation orientation = Orientation::out_in;  ///< PyTorch's
    bool drop_last_input = false;                   ///< the last input is the bias, which is no neuron
    std::vector<std::string> layers;  ///< names ("fc1" means "000_fc1" too) or positions, as ordered; empty: all
};

/// True for the names of files that read_mask_files takes: .npz, .npy, .safetensors, and .pt, .pth, .pth.tar, .ckpt and
/// .bin of PyTorch, the latter also as FILE.pt:KEY.
bool is_mask_file(const std::filesystem::path& path);

/// True for the names of files that are layers where they lie in a folder: .npz and .safetensors. A checkpoint beside
/// them is none.
bool is_layer_file(const std::filesystem::path& path);

/// One .npz or .safetensors, or a folder of one kind; layers in natural order of their names.
///
/// An .npz is a SciPy sparse matrix (csr, csc, coo), an edge list (`shape, rows, cols[, weight]`) or one dense array a
/// layer; a .safetensors has dense arrays, of which those of fewer than two dimensions (biases, normalisation) are no
/// layers. A dense array is 2-D, 3-D (a convolution in one dimension, [out, in, 1, k] from then on) or 4-D. "x_mask"
/// and "x_orig" side by side, as PyTorch's pruning saves them, are one layer "x" with that mask and those weights.
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

/// Positions of the wanted layers among `names`; all of them where none is wanted.
/// @param where  what errors call the list: the file
/// @throws ConfigError naming the layer that is not there, the nearest name and all names
std::vector<std::size_t> selected_layers(const std::vector<std::string>& names, const std::vector<std::string>& wanted,
                                         const std::string& where);

}  // namespace espalier::topology
