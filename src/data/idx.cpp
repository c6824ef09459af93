#include <bit>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/data/gzip.hpp>
#include <espalier/data/idx.hpp>

namespace espalier::data {
namespace {

constexpr std::size_t largest_rank = 4;

std::uint64_t big_endian(const std::uint8_t* bytes, std::size_t width) {
    std::uint64_t number = 0;
    for (std::size_t k = 0; k < width; ++k) number = (number << 8U) | bytes[k];
    return number;
}

/// Bytes an element; 0 for a type that does not exist.
std::size_t width_of(std::uint8_t type) {
    switch (static_cast<IdxType>(type)) {
        case IdxType::unsigned_bytes:
        case IdxType::signed_bytes:
            return 1;
        case IdxType::shorts:
            return 2;
        case IdxType::ints:
        case IdxType::floats:
            return 4;
        case IdxType::doubles:
            return 8;
    }
    return 0;
}

/// The rank, from the four bytes of the magic number.
std::size_t checked_rank(const std::vector<std::uint8_t>& bytes, const std::string& where) {
    if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0) {
        throw FormatError(where + ": not an IDX file: it must begin with two zero bytes, a type and a rank");
    }
    if (width_of(bytes[2]) == 0) {
        throw FormatError(where + ": IDX type " + std::to_string(bytes[2]) +
                          "; there are 8, 9 (bytes), 11, 12 (integers), 13 and 14 (floating-point numbers)");
    }
    const std::size_t rank = bytes[3];
    if (rank < 1 || rank > largest_rank) {
        throw FormatError(where + ": IDX rank " + std::to_string(rank) + "; it must be 1 to 4");
    }
    return rank;
}

/// Whether the product of the dimensions and the width is `expected`; no overflow, whatever they are.
bool product_is(const std::vector<std::size_t>& dimensions, std::size_t width, std::size_t expected) {
    std::size_t product = width;
    for (const std::size_t dimension : dimensions) {
        if (__builtin_mul_overflow(product, dimension, &product)) return false;
    }
    return product == expected;
}

}  // namespace

std::size_t IdxTensor::width() const {
    return width_of(static_cast<std::uint8_t>(type));
}

double IdxTensor::number(std::size_t k) const {
    const std::uint64_t bits = big_endian(values.data() + k * width(), width());
    switch (type) {
        case IdxType::unsigned_bytes:
            return static_cast<double>(bits);
        case IdxType::signed_bytes:
            return static_cast<std::int8_t>(bits);
        case IdxType::shorts:
            return static_cast<std::int16_t>(bits);
        case IdxType::ints:
            return static_cast<std::int32_t>(bits);
        case IdxType::floats:
            return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
        case IdxType::doubles:
            return std::bit_cast<double>(bits);
    }
    return 0.0;
}

std::string IdxTensor::shape_text() const {
    return espalier::shape_text(dimensions);
}

IdxTensor parse_idx(std::vector<std::uint8_t> bytes, const std::string& where) {
    const std::size_t rank = checked_rank(bytes, where);
    const std::size_t header = 4 + 4 * rank;
    if (bytes.size() < header) throw FormatError(where + ": the file ends within its IDX header");
    IdxTensor tensor;
    tensor.type = static_cast<IdxType>(bytes[2]);
    for (std::size_t k = 0; k < rank; ++k) tensor.dimensions.push_back(big_endian(bytes.data() + 4 + 4 * k, 4));
    const std::size_t held = bytes.size() - header;
    if (!product_is(tensor.dimensions, tensor.width(), held)) {
        const std::string unit = tensor.width() == 1 ? "" : " x " + std::to_string(tensor.width());
        throw FormatError(where + ": the IDX header announces " + tensor.shape_text() + unit + " bytes, but " +
                          std::to_string(held) + " follow it");
    }
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(header));
    tensor.values = std::move(bytes);
    return tensor;
}

IdxTensor read_idx(const std::filesystem::path& path) {
    return parse_idx(read_inflated(path), path.string());
}

}  // namespace espalier::data
