#pragma once

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/topology/files/edge_list.hpp>
#include <espalier/topology/files/mask_options.hpp>

namespace espalier::topology {

/// True where the file is one matrix (SciPy's or an edge list) rather than one dense array a layer.
bool holds_one_matrix(const TensorFile& file);

/// The edges of such a file: SciPy's csr, csc, coo, bsr and dia (scipy.sparse.save_npz), or `shape, rows, cols[,
/// weight]`.
///
/// A stored entry is an edge even where its value is 0; but in bsr and dia, whose blocks and diagonals are dense, what
/// is not 0. Indices that do not ascend are said in a notice, as are zeros within blocks.
/// @throws FormatError naming file, array and place
/// Cost: O(entries + rows + columns).
EdgeList read_sparse(const TensorFile& file, const MaskFileOptions& options);

}  // namespace espalier::topology
