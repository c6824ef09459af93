#include <algorithm>

#include <espalier/base/error.hpp>
#include <espalier/sparsity/random_mask.hpp>

namespace espalier::sparsity {
namespace {

/// Draws until `count` different numbers are there. Drawing one by one and throwing duplicates away is a uniform
/// choice; it stays one when the missing ones are drawn together, because a round never draws more than are missing.
std::vector<std::uint64_t> draw_sparse(std::uint64_t total, std::uint64_t count, Stream& stream) {
    std::vector<std::uint64_t> chosen;
    chosen.reserve(count);
    while (chosen.size() < count) {
        const auto middle = static_cast<std::ptrdiff_t>(chosen.size());
        while (chosen.size() < count) chosen.push_back(stream.below(total));
        std::sort(chosen.begin() + middle, chosen.end());
        std::inplace_merge(chosen.begin(), chosen.begin() + middle, chosen.end());
        chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    }
    return chosen;
}

std::vector<std::uint64_t> complement(std::uint64_t total, const std::vector<std::uint64_t>& absent) {
    std::vector<std::uint64_t> present;
    present.reserve(total - absent.size());
    auto next = absent.begin();
    for (std::uint64_t k = 0; k < total; ++k) {
        if (next != absent.end() && *next == k) {
            ++next;
        } else {
            present.push_back(k);
        }
    }
    return present;
}

}  // namespace

std::vector<std::uint64_t> random_subset(std::uint64_t total, std::uint64_t count, Stream& stream) {
    if (count > total) {
        throw ConfigError("cannot choose " + std::to_string(count) + " of " + std::to_string(total) + " positions");
    }
    // Past one half, choosing what is left out takes fewer draws and no more memory than the answer.
    if (count > total / 2) return complement(total, draw_sparse(total, total - count, stream));
    return draw_sparse(total, count, stream);
}

Pattern random_mask(std::size_t rows, std::size_t cols, std::size_t kept, Stream& stream) {
    if (kept == rows * cols) return Pattern::full(rows, cols);
    return Pattern::from_flat(rows, cols, random_subset(rows * cols, kept, stream));
}

Pattern perturbed_mask(const Pattern& mask, double share, Stream& stream) {
    if (mask.is_full()) return mask;
    const std::vector<std::uint64_t> before = mask.flat();
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(before.size()));
    const std::uint64_t moved = std::min<std::uint64_t>(wanted, mask.positions() - before.size());
    std::vector<std::uint64_t> after;
    for (const std::uint64_t k : random_subset(before.size(), before.size() - moved, stream))
        after.push_back(before[k]);
    // Absent positions of the mask as it was: what was taken away does not come back at once.
    const std::vector<std::uint64_t> grown =
        absent_positions(mask, random_subset(mask.positions() - before.size(), moved, stream));
    const auto middle = static_cast<std::ptrdiff_t>(after.size());
    after.insert(after.end(), grown.begin(), grown.end());
    std::inplace_merge(after.begin(), after.begin() + middle, after.end());
    return Pattern::from_flat(mask.rows(), mask.cols(), after);
}

std::vector<std::uint64_t> absent_positions(const Pattern& mask, const std::vector<std::uint64_t>& ranks) {
    std::vector<std::uint64_t> positions;
    positions.reserve(ranks.size());
    auto rank = ranks.begin();
    std::uint64_t before = 0;  // kept positions passed so far
    for (std::size_t row = 0; row < mask.rows() && rank != ranks.end(); ++row) {
        for (const std::uint32_t col : mask.row(row)) {
            const std::uint64_t here = static_cast<std::uint64_t>(row) * mask.cols() + col;
            for (; rank != ranks.end() && *rank + before < here; ++rank) positions.push_back(*rank + before);
            ++before;
        }
    }
    for (; rank != ranks.end(); ++rank) positions.push_back(*rank + before);
    return positions;
}

}  // namespace espalier::sparsity
