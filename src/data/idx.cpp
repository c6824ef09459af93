#include <espalier/base/error.hpp>
#include <espalier/base/text.hpp>
#include <espalier/data/gzip.hpp>
#include <espalier/data/idx.hpp>

namespace espalier::data {
namespace {

constexpr std::uint8_t unsigned_bytes = 0x08;
constexpr std::size_t largest_rank = 4;

std::size_t big_endian(const std::uint8_t* bytes) {
    std::size_t number = 0;
    for (std::size_t k = 0; k < 4; ++k) number = (number << 8U) | bytes[k];
    return number;
}

/// The rank, from the four bytes of the magic number.
std::size_t checked_rank(const std::vector<std::uint8_t>& bytes, const std::string& where) {
    if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0) {
        throw FormatError(where + ": not an IDX file: it must begin with two zero bytes, a type and a rank");
    }
    if (bytes[2] != unsigned_bytes) {
        throw FormatError(where + ": IDX type " + std::to_string(bytes[2]) + "; only 8 (unsigned bytes) can be read");
    }
    const std::size_t rank = bytes[3];
    if (rank < 1 || rank > largest_rank) {
        throw FormatError(where + ": IDX rank " + std::to_string(rank) + "; it must be 1 to 4");
    }
    return rank;
}

/// Whether the product of the dimensions is `expected`; no overflow, whatever they are.
bool product_is(const std::vector<std::size_t>& dimensions, std::size_t expected) {
    std::size_t product = 1;
    for (const std::size_t dimension : dimensions) {
        if (__builtin_mul_overflow(product, dimension, &product)) return false;
    }
    return product == expected;
}

}  // namespace

std::string IdxTensor::shape_text() const {
    std::vector<std::string> numbers;
    for (const std::size_t dimension : dimensions) numbers.push_back(std::to_string(dimension));
    return join(numbers, "x");
}

IdxTensor parse_idx(std::vector<std::uint8_t> bytes, const std::string& where) {
    const std::size_t rank = checked_rank(bytes, where);
    const std::size_t header = 4 + 4 * rank;
    if (bytes.size() < header) throw FormatError(where + ": the file ends within its IDX header");
    IdxTensor tensor;
    for (std::size_t k = 0; k < rank; ++k) tensor.dimensions.push_back(big_endian(bytes.data() + 4 + 4 * k));
    const std::size_t held = bytes.size() - header;
    if (!product_is(tensor.dimensions, held)) {
        throw FormatError(where + ": the IDX header announces " + tensor.shape_text() + " bytes, but " +
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
