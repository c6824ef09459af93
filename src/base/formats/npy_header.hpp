#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace espalier {

/// What the dictionary in front of an .npy array says.
struct NpyHeader {
    std::string type;  ///< NumPy's descr, "<f4"
    bool fortran_order = false;
    std::vector<std::size_t> shape;
};

/// The Python dictionary `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`: these three keys once each, in
/// any order, and nothing else.
/// @throws FormatError naming `where`
NpyHeader parse_npy_header(std::string_view text, const std::string& where);

}  // namespace espalier
