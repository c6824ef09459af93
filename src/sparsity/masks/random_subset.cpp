#include <atomic>
#include <bit>
#include <numeric>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/masks/random_draws.hpp>
#include <espalier/sparsity/masks/random_subset.hpp>
#include <espalier/sparsity/masks/subset_by_runs.hpp>

namespace espalier::sparsity {
namespace {

/// A bitset of all numbers costs at most 4 bytes per member up to here.
constexpr std::uint64_t numbers_a_member = 32;

/// Sets the bits of the numbers drawn at these places; returns how many were not set before.
std::uint64_t set_bits(const Draws& draws, std::uint64_t begin, std::uint64_t end, std::vector<std::uint64_t>& bits) {
    std::atomic<std::uint64_t> fresh = 0;
    for_row_runs(end - begin, 10 * (end - begin), [&](std::size_t first, std::size_t last) {
        std::uint64_t here = 0;
        draws.for_each(begin + first, begin + last, [&](std::uint64_t number) {
            const std::uint64_t bit = std::uint64_t{1} << (number % 64);
            const std::atomic_ref<std::uint64_t> word(bits[number / 64]);
            if ((word.load(std::memory_order_relaxed) & bit) != 0) return;
            here += (word.fetch_or(bit, std::memory_order_relaxed) & bit) == 0 ? 1 : 0;
        });
        fresh += here;
    });
    return fresh;
}

std::vector<std::uint64_t> random_bits(std::uint64_t total, std::uint64_t count, const Stream& stream) {
    std::vector<std::uint64_t> bits((total + 63) / 64, 0);
    const Draws draws(stream, total);
    std::uint64_t place = 0;
    for (std::uint64_t missing = count; missing > 0;) {
        const std::uint64_t end = place + missing;
        missing -= set_bits(draws, place, end, bits);
        place = end;
    }
    return bits;
}

void flip(std::vector<std::uint64_t>& bits, std::uint64_t total) {
    for (std::uint64_t& word : bits) word = ~word;
    if (total % 64 != 0) bits.back() &= (std::uint64_t{1} << (total % 64)) - 1;
}

/// Runs of 256 numbers: four words of bits, some eight members or more.
Subset from_bits(const std::vector<std::uint64_t>& bits) {
    constexpr unsigned run_bits = 8;
    constexpr std::size_t words = (std::size_t{1} << run_bits) / 64;
    const std::size_t runs = (bits.size() + words - 1) / words;
    const auto last_word = [&](std::size_t run) { return std::min(bits.size(), (run + 1) * words); };
    std::vector<std::uint64_t> begins(runs + 1, 0);
    for_row_runs(runs, bits.size(), [&](std::size_t first, std::size_t end) {
        for (std::size_t run = first; run < end; ++run) {
            for (std::size_t w = run * words; w < last_word(run); ++w) {
                begins[run + 1] += static_cast<std::uint64_t>(std::popcount(bits[w]));
            }
        }
    });
    std::partial_sum(begins.begin(), begins.end(), begins.begin());
    std::vector<std::uint32_t> distances(begins.back());
    for_row_runs(runs, distances.size(), [&](std::size_t first, std::size_t end) {
        for (std::size_t run = first; run < end; ++run) {
            std::uint64_t k = begins[run];
            for (std::size_t w = run * words; w < last_word(run); ++w) {
                for (std::uint64_t word = bits[w]; word != 0; word &= word - 1) {
                    distances[k++] = static_cast<std::uint32_t>((w - run * words) * 64) +
                                     static_cast<std::uint32_t>(std::countr_zero(word));
                }
            }
        }
    });
    return {run_bits, std::move(begins), std::move(distances)};
}

}  // namespace

Subset random_subset(std::uint64_t total, std::uint64_t count, const Stream& stream) {
    if (count > total) {
        throw ConfigError("cannot choose " + std::to_string(count) + " of " + std::to_string(total) + " positions");
    }
    if (total / numbers_a_member >= count) return subset_by_runs(total, count, stream);
    if (count <= total / 2) return from_bits(random_bits(total, count, stream));
    std::vector<std::uint64_t> bits = random_bits(total, total - count, stream);
    flip(bits, total);
    return from_bits(bits);
}

}  // namespace espalier::sparsity
