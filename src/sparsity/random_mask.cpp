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

}  // namespace espalier::sparsity
