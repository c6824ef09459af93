#include <espalier/kernels/transpose.hpp>

#include "support.hpp"

namespace espalier::kernels {
using namespace testing;

TEST_CASE("transpose_16x16 moves byte (r, c) to (c, r) and touches nothing else", "[kernels][transpose]") {
    Stream stream = test_stream();
    INFO(seed_text());
    std::vector<std::uint8_t> source(256);
    for (std::uint8_t& byte : source) byte = static_cast<std::uint8_t>(stream());
    const std::uint8_t* rows[16];
    for (std::size_t r = 0; r < 16; ++r) rows[r] = source.data() + 16 * r;
    for (const std::size_t stride : {16, 23}) {
        std::vector<std::uint8_t> target(16 * stride, 99);
        transpose_16x16(rows, target.data(), stride);
        for (std::size_t c = 0; c < 16; ++c) {
            for (std::size_t r = 0; r < stride; ++r) {
                CHECK(target[c * stride + r] == (r < 16 ? source[16 * r + c] : 99));
            }
        }
    }
}

}  // namespace espalier::kernels
