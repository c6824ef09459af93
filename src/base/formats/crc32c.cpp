#include <array>

#include <espalier/base/formats/crc32c.hpp>

namespace espalier {
namespace {

/// What each value of a byte does to the sum.
constexpr std::array<std::uint32_t, 256> remainders = [] {
    std::array<std::uint32_t, 256> entries{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t sum = byte;
        for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ ((sum & 1U) != 0 ? 0x82F63B78U : 0U);
        entries[byte] = sum;
    }
    return entries;
}();

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
    std::uint32_t sum = 0xFFFFFFFFU;
    for (const char c : bytes) sum = (sum >> 8) ^ remainders[(sum ^ static_cast<unsigned char>(c)) & 0xFFU];
    return ~sum;
}

}  // namespace espalier
