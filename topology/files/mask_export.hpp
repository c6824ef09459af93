#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// One .npz with a dense array a layer, [out, in] or [out, in, kh, kw]: weights where they are known, else bools. Where
/// a kept weight is exactly 0 a dense array would lose the edge; the layer is then written as PyTorch's pruning does,
/// weights in "<name>_orig" beside the mask in "<name>_mask".
///
/// Layers keep their names where natural order of the names is the order of the layers, and get numbers else
/// ("000_fc1"), so that read_mask_files() gives the same topology back.
/// @throws FormatError where the dense arrays would take more than 16 GiB, naming the layer; IoError
void write_dense_npz(const std::filesystem::path& file, const Topology& topology);

/// A folder with one SciPy csr matrix a layer, "<name>.npz", whose memory and size follow the edges; of a convolution
/// the unrolled one, with its sides in a member `conv_shape`, which SciPy ignores. The folder is created where it is
/// not there; a file in it stays until the layer of its name has been written.
/// @return the files
/// @throws FormatError where a name cannot be that of a file; IoError
std::vector<std::filesystem::path> write_sparse_npz_folder(const std::filesystem::path& folder,
                                                           const Topology& topology);

/// One .safetensors with dense tensors: F32, and BOOL where only the mask is known; otherwise as write_dense_npz.
void write_safetensors(const std::filesystem::path& file, const Topology& topology);

/// A folder with one .safetensors a layer, "<name>.safetensors"; as write_sparse_npz_folder.
std::vector<std::filesystem::path> write_safetensors_folder(const std::filesystem::path& folder,
                                                            const Topology& topology);

}  // namespace espalier::topology
