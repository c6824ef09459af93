#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace espalier::topology {

/// Elements of up to 64 at a time.
inline constexpr std::size_t bits_at_once = 64;

namespace nonzero {

/// Without the sign of a floating-point number, so that -0 is 0.
template <class Word, bool is_floating>
Word magnitude(Word word) {
    return is_floating ? static_cast<Word>(word << 1) : word;
}

template <class Word, bool is_floating>
std::uint64_t one_by_one(const std::byte* at, std::size_t count) {
    std::uint64_t bits = 0;
    for (std::size_t k = 0; k < count; ++k) {
        Word word;
        std::memcpy(&word, at + k * sizeof(Word), sizeof(Word));
        bits |= std::uint64_t{magnitude<Word, is_floating>(word) != 0} << k;
    }
    return bits;
}

#if defined(__SSE2__)

inline __m128i sixteen_bytes(const std::byte* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

template <bool is_floating>
__m128i zero_words(const std::byte* at) {
    const __m128i words = sixteen_bytes(at);
    return _mm_cmpeq_epi32(is_floating ? _mm_slli_epi32(words, 1) : words, _mm_setzero_si128());
}

template <bool is_floating>
__m128i zero_halves(const std::byte* at) {
    const __m128i halves = sixteen_bytes(at);
    return _mm_cmpeq_epi16(is_floating ? _mm_slli_epi16(halves, 1) : halves, _mm_setzero_si128());
}

/// Which of 16 elements are not 0.
template <class Word, bool is_floating>
std::uint64_t of_sixteen(const std::byte* at) {
    __m128i zeros;
    if constexpr (sizeof(Word) == 1) {
        zeros = _mm_cmpeq_epi8(sixteen_bytes(at), _mm_setzero_si128());
    } else if constexpr (sizeof(Word) == 2) {
        zeros = _mm_packs_epi16(zero_halves<is_floating>(at), zero_halves<is_floating>(at + 16));
    } else {
        zeros = _mm_packs_epi16(_mm_packs_epi32(zero_words<is_floating>(at), zero_words<is_floating>(at + 16)),
                                _mm_packs_epi32(zero_words<is_floating>(at + 32), zero_words<is_floating>(at + 48)));
    }
    return static_cast<std::uint64_t>(~_mm_movemask_epi8(zeros) & 0xffff);
}

#endif

}  // namespace nonzero

/// Which of `count` <= 64 elements are not 0, element k at bit k.
/// @tparam Word  an unsigned integer as wide as an element
template <class Word, bool is_floating>
std::uint64_t nonzero_bits(const std::byte* at, std::size_t count) {
#if defined(__SSE2__)
    if constexpr (sizeof(Word) <= 4) {
        if (count == bits_at_once) {
            std::uint64_t bits = 0;
            for (std::size_t k = 0; k < bits_at_once; k += 16) {
                bits |= nonzero::of_sixteen<Word, is_floating>(at + k * sizeof(Word)) << k;
            }
            return bits;
        }
    }
#endif
    return nonzero::one_by_one<Word, is_floating>(at, count);
}

}  // namespace espalier::topology
