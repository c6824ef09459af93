#pragma once

#include <string>

#include <espalier/base/npz.hpp>
#include <espalier/topology/mask_files.hpp>

namespace espalier::topology {

/// True where the file is one matrix (SciPy's or an edge list) rather than one dense array a layer.
bool holds_one_matrix(const NpzFile& file);

/// The matrix of such a file.
/// @throws FormatError naming file, array and place
Layer read_matrix(const NpzFile& file, const std::string& name, const MaskFileOptions& options);

/// A dense array, [out, in] or [out, in, kh, kw] (with in-out the first two exchanged); non-zero is an edge.
/// @throws FormatError naming file and array
Layer read_dense(const NpzFile& file, const std::string& name, const MaskFileOptions& options);

}  // namespace espalier::topology
