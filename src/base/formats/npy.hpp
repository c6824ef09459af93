#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <espalier/base/formats/npy_header.hpp>
#include <espalier/base/formats/tensor.hpp>

namespace espalier {

/// Gives the next bytes of an .npy file, as many as there is room for, or throws.
using ByteSource = std::function<void(std::span<std::byte> to)>;

/// What stands in front of the elements of an .npy file.
struct NpyPrefix {
    NpyHeader header;
    std::uint64_t bytes = 0;  ///< of elements, which follow
};

/// Versions 1 to 3 of NumPy's format. The element type is not looked at.
/// @param size   of the whole file
/// @param where  what errors call it: "masks.npz: 'layer0'"
/// @throws FormatError; at most 10 000 bytes of header are read
NpyPrefix read_npy_prefix(const ByteSource& next, std::uint64_t size, const std::string& where);

/// NumPy's descr: bool, integers of 8 to 64 bits, floats of 16 to 64 bits, fixed byte and unicode strings.
/// @throws FormatError naming others: objects (pickles), structures, complex numbers
ElementType npy_element_type(const std::string& descr, const std::string& where);

/// The elements of one array in the order of its file, piece by piece: for arrays much larger than what is kept of
/// them.
struct ElementStream {
    std::string where;  ///< what errors call the array
    ElementType type;
    std::vector<std::size_t> shape;
    bool is_fortran_order = false;  ///< the first index is the fastest, not the last
    ByteSource next;                ///< little-endian, for as many whole elements as there is room
};

/// One .npy array, of which the header is read.
/// @throws FormatError where header, shape and size do not agree
ElementStream stream_npy(const ByteSource& next, std::uint64_t size, const std::string& where);

/// One .npy array; Fortran order and big-endian elements are turned round.
/// @throws FormatError; nothing is allocated before header, shape and size agree
Tensor read_npy(const ByteSource& next, std::uint64_t size, const std::string& where);

/// The same from memory.
Tensor parse_npy(std::span<const std::byte> file, const std::string& where);

}  // namespace espalier
