#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace espalier::data {

/// A tensor of bytes as MNIST's files hold it: row-major, the last dimension fastest.
struct IdxTensor {
    std::vector<std::size_t> dimensions;
    std::vector<std::uint8_t> values;

    /// "60000x28x28".
    std::string shape_text() const;
};

/// IDX: two zero bytes, the type (8: unsigned bytes, the only one read here), the rank (1 to 4), the dimensions as
/// big-endian 32-bit numbers, the values. The header is checked against the bytes that are there before it is believed.
/// @param where  what to call the data in errors
/// @throws FormatError naming what is wrong
/// Cost: no second copy of the values.
IdxTensor parse_idx(std::vector<std::uint8_t> bytes, const std::string& where);

/// The same from a file, plain or gzip.
/// @throws IoError, FormatError
IdxTensor read_idx(const std::filesystem::path& path);

}  // namespace espalier::data
