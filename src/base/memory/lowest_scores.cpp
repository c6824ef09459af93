#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>

#include <espalier/base/memory/lowest_scores.hpp>
#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier {
namespace {

/// A part of a key: `bits` bits from bit `shift` on.
struct Digit {
    unsigned shift;
    unsigned bits;
};
constexpr std::array<Digit, 3> radix_digits = {{{21, 11}, {10, 11}, {0, 10}}};
using Counts = std::array<std::size_t, std::size_t{1} << 11>;

/// How often each value of a digit occurs among the keys whose higher bits are `prefix`.
Counts count_digit(std::span<const float> scores, std::uint32_t prefix, Digit digit) {
    Counts total{};
    std::mutex adding;
    for_row_runs(scores.size(), 2 * scores.size(), [&](std::size_t begin, std::size_t end) {
        Counts here{};
        const std::uint32_t mask = (1U << digit.bits) - 1;
        for (std::size_t k = begin; k < end; ++k) {
            const std::uint32_t key = LowestScores::order(scores[k]) >> digit.shift;
            // In 64 bits, since at first no higher bits are left.
            const bool is_like = static_cast<std::uint64_t>(key) >> digit.bits == prefix;
            here[key & mask] += is_like ? 1 : 0;
        }
        const std::scoped_lock lock(adding);
        for (std::size_t d = 0; d < total.size(); ++d) total[d] += here[d];
    });
    return total;
}

void require_numbers(std::span<const float> scores, const std::string& what) {
    std::atomic<bool> all_are = true;
    for_row_runs(scores.size(), scores.size(), [&](std::size_t begin, std::size_t end) {
        bool here = true;
        for (std::size_t k = begin; k < end; ++k) here &= scores[k] == scores[k];
        if (!here) all_are = false;
    });
    if (!all_are) throw NumericError(what + ": a score is not a number; a lower learning rate may help");
}

std::size_t count_equal(std::span<const float> scores, std::uint32_t key) {
    std::atomic<std::size_t> equal = 0;
    for_row_runs(scores.size(), scores.size(), [&](std::size_t begin, std::size_t end) {
        std::size_t here = 0;
        for (std::size_t k = begin; k < end; ++k) here += LowestScores::order(scores[k]) == key ? 1 : 0;
        equal += here;
    });
    return equal;
}

/// The number of the score that is the `rank`-th (from 0) with this key: halves are counted.
std::size_t number_of_equal(std::span<const float> scores, std::uint32_t key, std::size_t rank) {
    std::size_t begin = 0;
    for (std::size_t length = scores.size(); length > 1;) {
        const std::size_t half = length / 2;
        const std::size_t before = count_equal(scores.subspan(begin, half), key);
        const bool is_before = rank < before;
        begin += is_before ? 0 : half;
        rank -= is_before ? 0 : before;
        length = is_before ? half : length - half;
    }
    return begin;
}

}  // namespace

LowestScores::LowestScores(std::span<const float> scores, std::size_t count, const std::string& what)
    : scores_(scores) {
    require_numbers(scores, what);
    if (count == 0) return;  // no number's key is 0 or below
    if (count >= scores.size()) {
        limit_ = ~std::uint32_t{0};  // no number's key
        return;
    }
    std::size_t below = 0;  // scores certainly lower than the lowest that stays
    std::size_t equal = 0;  // to that, as far as it is known
    for (const Digit digit : radix_digits) {
        const Counts counts = count_digit(scores, limit_, digit);
        std::uint32_t value = 0;
        while (below + counts[value] <= count) below += counts[value++];
        equal = counts[value];
        limit_ = (limit_ << digit.bits) | value;
    }
    first_equal_ = below == count ? scores.size() : number_of_equal(scores, limit_, equal - (count - below));
}

}  // namespace espalier
