#pragma once

#include <espalier/base/hdf5/hdf5.hpp>

namespace espalier::topology {

/// The error of an HDF5 file that is no run or topology file: what it is as far as it shows (Keras's weights and
/// models, or another program's, with the names it holds), and the lines of Python that export its arrays.
/// @param root  without an attribute `format`
[[noreturn]] void refuse_foreign(const hdf5::Group& root);

}  // namespace espalier::topology
