#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/base/formats/pickle.hpp>

namespace espalier {

/// A NumPy array of unsigned bytes that a pickle holds, C order.
struct PickledByteArray {
    std::vector<std::size_t> shape;
    std::string_view bytes;  ///< exactly the product of the shape; of the pickle, which must live as long
};

/// For a Pickle: allows the globals that NumPy's arrays are written with, by Python 2 and 3, and no other.
/// @param where  what errors call the pickle
/// @throws FormatError naming the global
PickleGlobals only_arrays(const std::string& where);

/// Reads an array as NumPy's __reduce__ writes it: `_reconstruct` with a state of version, shape, dtype, order and
/// content, or of protocol 5 `_frombuffer` with the content in the pickle. Source: numpy/core/src/multiarray/methods.c,
/// array_reduce and array_setstate.
/// @param where  what errors call the array
/// @throws FormatError where it is none, of another type than uint8, in Fortran order, or longer or shorter than its
///         shape says
PickledByteArray read_pickled_bytes(const PickleValue& value, const std::string& where);

}  // namespace espalier
