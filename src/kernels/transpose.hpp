#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace espalier::kernels {

/// Side of the byte blocks below: one vector register of the smallest x86-64.
inline constexpr std::size_t block_side = 16;

/// target[c * target_stride + r] = rows[r][c] for r and c below 16. All 16 x 16 bytes must be there on both sides.
///
/// Four rounds of interleaving row k with row k + 8, as one shuffles cards: 64 shuffles for 256 bytes, where moving
/// byte by byte costs 256 loads and stores.
inline void transpose_16x16(const std::uint8_t* const* rows, std::uint8_t* target, std::size_t target_stride) {
    using Bytes [[gnu::vector_size(16)]] = std::uint8_t;
    Bytes now[block_side];
    Bytes next[block_side];
    for (std::size_t r = 0; r < block_side; ++r) std::memcpy(&now[r], rows[r], block_side);
    for (int round = 0; round < 4; ++round) {
        for (std::size_t k = 0; k < block_side / 2; ++k) {
            const Bytes a = now[k];
            const Bytes b = now[k + block_side / 2];
            next[2 * k] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            next[2 * k + 1] =
                __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        }
        std::memcpy(now, next, sizeof(now));
    }
    for (std::size_t c = 0; c < block_side; ++c) std::memcpy(target + c * target_stride, &now[c], block_side);
}

}  // namespace espalier::kernels
