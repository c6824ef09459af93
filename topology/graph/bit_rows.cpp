#include <bit>

#include <espalier/topology/graph/bit_rows.hpp>

namespace espalier::topology {
namespace {

using Count = void (*)(const std::uint64_t* bits, const std::uint64_t* set, std::size_t words,
                       std::span<std::uint32_t> counts);

void count_portably(const std::uint64_t* bits, const std::uint64_t* set, std::size_t words,
                    std::span<std::uint32_t> counts) {
    for (std::size_t b = 0; b < counts.size(); ++b, bits += words) {
        int common = 0;
        for (std::size_t k = 0; k < words; ++k) common += std::popcount(bits[k] & set[k]);
        counts[b] = static_cast<std::uint32_t>(common);
    }
}

#if defined(__x86_64__)
// The same loop for processors that have the instruction. Builtins instead of std::popcount: the linker keeps one copy
// of an inline function for all files, and it must not be this one.
#define ESPALIER_COUNT_LOOP                                                                       \
    for (std::size_t b = 0; b < counts.size(); ++b, bits += words) {                              \
        long long common = 0;                                                                     \
        for (std::size_t k = 0; k < words; ++k) common += __builtin_popcountll(bits[k] & set[k]); \
        counts[b] = static_cast<std::uint32_t>(common);                                           \
    }

__attribute__((target("popcnt"))) void count_popcnt(const std::uint64_t* bits, const std::uint64_t* set,
                                                    std::size_t words, std::span<std::uint32_t> counts) {
    ESPALIER_COUNT_LOOP
}

__attribute__((target("avx512f,avx512vpopcntdq"))) void count_avx512(const std::uint64_t* bits,
                                                                     const std::uint64_t* set, std::size_t words,
                                                                     std::span<std::uint32_t> counts){
    ESPALIER_COUNT_LOOP}
#undef ESPALIER_COUNT_LOOP

Count fastest_count() {
    if (__builtin_cpu_supports("avx512vpopcntdq")) return count_avx512;
    return __builtin_cpu_supports("popcnt") ? count_popcnt : count_portably;
}
#else
Count fastest_count() {
    return count_portably;
}
#endif

}  // namespace

BitRows::BitRows(const Pattern& pattern)
    : rows_(pattern.rows()), words_((pattern.cols() + 63) / 64), bits_(rows_ * words_, 0) {
    for (std::size_t b = 0; b < rows_; ++b) {
        for (const std::uint32_t x : pattern.row(b)) bits_[b * words_ + x / 64] |= std::uint64_t{1} << (x % 64);
    }
}

void BitRows::count(std::span<const std::uint32_t> inputs, std::span<std::uint32_t> counts) const {
    static const Count count_all = fastest_count();
    std::vector<std::uint64_t> set(words_, 0);
    for (const std::uint32_t x : inputs) set[x / 64] |= std::uint64_t{1} << (x % 64);
    count_all(bits_.data(), set.data(), words_, counts);
}

}  // namespace espalier::topology
