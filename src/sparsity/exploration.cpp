#include <algorithm>
#include <bit>

#include <espalier/sparsity/exploration.hpp>

namespace espalier::sparsity {
namespace {

std::size_t bitset_bytes(std::size_t positions) {
    return (positions + 63) / 64 * 8;
}

}  // namespace

ExploredPositions::ExploredPositions(std::size_t positions, std::size_t weight_bytes, std::size_t limit_bytes)
    : positions_(positions), limit_bytes_(limit_bytes) {
    const std::size_t bytes = bitset_bytes(positions);
    if (bytes <= weight_bytes / 2 && bytes <= limit_bytes) bits_.resize(bytes / 8);
}

void ExploredPositions::add(const Pattern& mask) {
    if (everything_ || !reason_.empty()) return;
    if (mask.is_full()) {
        everything_ = true;
        bits_ = {};
        sorted_ = {};
        return;
    }
    const std::vector<std::uint64_t> flat = mask.flat();
    if (bits_.empty()) {
        add_to_sorted(flat);
        fit();
    } else {
        add_to_bits(flat);
    }
}

void ExploredPositions::add_to_bits(const std::vector<std::uint64_t>& flat) {
    for (const std::uint64_t position : flat) bits_[position / 64] |= std::uint64_t{1} << (position % 64);
}

void ExploredPositions::add_to_sorted(const std::vector<std::uint64_t>& flat) {
    std::vector<std::uint64_t> both;
    both.reserve(sorted_.size() + flat.size());
    std::ranges::set_union(sorted_, flat, std::back_inserter(both));
    sorted_ = std::move(both);
}

/// Changes to the smaller form, or gives up, after the sorted set has grown.
void ExploredPositions::fit() {
    const std::size_t as_bits = bitset_bytes(positions_);
    const std::size_t as_set = sorted_.size() * 8;
    if (as_set > as_bits && as_bits <= limit_bytes_) {
        bits_.resize(as_bits / 8);
        add_to_bits(sorted_);
        sorted_ = {};
    } else if (as_set > limit_bytes_) {
        reason_ =
            "the union of masks would need more than " + std::to_string(limit_bytes_ >> 20) + " MiB for one layer";
        sorted_ = {};
    }
}

std::optional<std::uint64_t> ExploredPositions::count() const {
    if (!reason_.empty()) return std::nullopt;
    if (everything_) return positions_;
    std::uint64_t total = sorted_.size();
    for (const std::uint64_t word : bits_) total += static_cast<std::uint64_t>(std::popcount(word));
    return total;
}

void ExploredPositions::restore(State state) {
    bits_ = std::move(state.bits);
    sorted_ = std::move(state.sorted);
    reason_ = std::move(state.reason);
}

std::optional<double> exploration_rate(const std::vector<ExploredPositions>& layers) {
    std::uint64_t explored = 0;
    std::uint64_t positions = 0;
    for (const ExploredPositions& layer : layers) {
        const std::optional<std::uint64_t> count = layer.count();
        if (!count) return std::nullopt;
        explored += *count;
        positions += layer.positions();
    }
    return positions == 0 ? 0.0 : static_cast<double>(explored) / static_cast<double>(positions);
}

}  // namespace espalier::sparsity
