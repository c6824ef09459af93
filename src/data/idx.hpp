#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace espalier::data {

/// The third byte of an IDX file.
enum class IdxType : std::uint8_t {
    unsigned_bytes = 0x08,
    signed_bytes = 0x09,
    shorts = 0x0B,
    ints = 0x0C,
    floats = 0x0D,
    doubles = 0x0E,
};

/// A tensor as MNIST's files hold it: row-major, the last dimension fastest.
struct IdxTensor {
    std::vector<std::size_t> dimensions;
    std::vector<std::uint8_t> values;  ///< [elements x width()], each element big-endian, as in the file
    IdxType type = IdxType::unsigned_bytes;

    std::size_t width() const;  ///< bytes an element
    std::size_t size() const { return values.size() / width(); }
    double number(std::size_t k) const;  ///< element k
    bool is_integer() const { return type != IdxType::floats && type != IdxType::doubles; }

    /// "60000x28x28".
    std::string shape_text() const;
};

/// IDX: two zero bytes, the type, the rank (1 to 4), the dimensions as big-endian 32-bit numbers, the values. The
/// header is checked against the bytes that are there before it is believed.
/// @param where  what to call the data in errors
/// @throws FormatError naming what is wrong
/// Cost: no second copy of the values.
IdxTensor parse_idx(std::vector<std::uint8_t> bytes, const std::string& where);

/// The same from a file, plain or gzip.
/// @throws IoError, FormatError
IdxTensor read_idx(const std::filesystem::path& path);

}  // namespace espalier::data
