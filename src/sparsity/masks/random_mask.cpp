#include <algorithm>

#include <boost/random/binomial_distribution.hpp>

#include <espalier/sparsity/masks/random_mask.hpp>

namespace espalier::sparsity {
namespace {

/// The kept positions of a mask with these numbers, row by row.
Pattern kept_positions(const Pattern& mask, const Subset& numbers) {
    const auto begin = [&](std::size_t row) { return mask.row_begin(row); };
    return Pattern::by_rows(
        mask.rows(), mask.cols(), mask.edges(),
        [&](std::size_t row) { return numbers.count_below(begin(row + 1)) - numbers.count_below(begin(row)); },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            auto next = to.begin();
            const auto cols = mask.row(row);
            numbers.for_each(begin(row), begin(row + 1), [&](std::uint64_t k) { *next++ = cols[k - begin(row)]; });
        });
}

}  // namespace

Pattern random_mask(std::size_t rows, std::size_t cols, std::size_t kept, const Stream& stream) {
    if (kept == rows * cols) return Pattern::full(rows, cols);
    return absent_positions(Pattern::empty(rows, cols), random_subset(rows * cols, kept, stream));
}

Pattern bernoulli_mask(std::size_t rows, std::size_t cols, double density, const Stream& stream, Stream counting) {
    if (density >= 1.0) return Pattern::full(rows, cols);
    const auto all = static_cast<std::int64_t>(rows * cols);
    boost::random::binomial_distribution<std::int64_t, double> kept(all, std::max(density, 0.0));
    return random_mask(rows, cols, static_cast<std::size_t>(kept(counting)), stream);
}

Pattern absent_positions(const Pattern& mask, const Subset& ranks) {
    const auto absent_before = [&](std::size_t row) { return row * mask.cols() - mask.row_begin(row); };
    return Pattern::by_rows(
        mask.rows(), mask.cols(), mask.edges() + 10 * ranks.size(),
        [&](std::size_t row) {
            return ranks.count_below(absent_before(row + 1)) - ranks.count_below(absent_before(row));
        },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            const auto kept = mask.row(row);
            const std::uint64_t first = absent_before(row);
            std::size_t passed = 0;  // kept columns before the next absent one
            auto next = to.begin();
            ranks.for_each(first, absent_before(row + 1), [&](std::uint64_t rank) {
                while (passed < kept.size() && kept[passed] <= rank - first + passed) ++passed;
                *next++ = static_cast<std::uint32_t>(rank - first + passed);
            });
        });
}

Pattern perturbed_mask(const Pattern& mask, double share, const Stream& leaving, const Stream& coming) {
    if (mask.is_full()) return mask;
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(mask.edges()));
    const std::uint64_t absent = mask.positions() - mask.edges();
    const std::uint64_t moved = std::min<std::uint64_t>(wanted, absent);
    const Pattern stay = kept_positions(mask, random_subset(mask.edges(), mask.edges() - moved, leaving));
    // Absent positions of the mask as it was: what was taken away does not come back at once.
    return disjoint_union(stay, absent_positions(mask, random_subset(absent, moved, coming)));
}

}  // namespace espalier::sparsity
