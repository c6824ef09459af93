#include <algorithm>
#include <bit>

#include <espalier/base/memory/release.hpp>
#include <espalier/sparsity/update/exploration.hpp>

namespace espalier::sparsity {
namespace {

std::size_t bitset_bytes(std::size_t positions) {
    return (positions + 63) / 64 * 8;
}

}  // namespace

std::size_t ExploredPositions::default_limit_bytes(std::size_t weight_bytes) {
    return std::clamp<std::size_t>(weight_bytes / 2, std::size_t{64} << 20, std::size_t{256} << 20);
}

ExploredPositions::ExploredPositions(std::size_t positions, std::size_t weight_bytes, std::size_t limit_bytes)
    : positions_(positions), limit_bytes_(limit_bytes) {
    const std::size_t bytes = bitset_bytes(positions);
    if (bytes <= weight_bytes / 2 && !is_too_large()) bits_.resize(bytes / 8);
}

bool ExploredPositions::is_too_large() const {
    return bitset_bytes(positions_) > limit_bytes_;
}

void ExploredPositions::add(const Pattern& mask) {
    if (everything_ || !reason_.empty()) return;
    if (mask.is_full()) {
        everything_ = true;
        release(bits_);
        release(sorted_);
    } else if (is_too_large()) {
        add_only_mask(mask);
    } else if (!bits_.empty()) {
        add_to_bits(mask);
    } else {
        add_to_sorted(mask);
        if (sorted_.size() * 8 > bitset_bytes(positions_)) change_to_bits();
    }
}

void ExploredPositions::add_only_mask(const Pattern& mask) {
    if (only_mask_ == 0) {
        only_mask_ = mask.edges();
        return;
    }
    reason_ = "the union of masks could need more than " + std::to_string(limit_bytes_ >> 20) + " MiB for one layer";
}

void ExploredPositions::add_to_bits(const Pattern& mask) {
    for (std::size_t row = 0; row < mask.rows(); ++row) {
        const std::uint64_t first = static_cast<std::uint64_t>(row) * mask.cols();
        for (const std::uint32_t col : mask.row(row))
            bits_[(first + col) / 64] |= std::uint64_t{1} << ((first + col) % 64);
    }
}

void ExploredPositions::add_to_sorted(const Pattern& mask) {
    const std::size_t before = sorted_.size();
    std::size_t next = 0;
    for (std::size_t row = 0; row < mask.rows(); ++row) {
        for (const std::uint32_t col : mask.row(row)) {
            const std::uint64_t position = static_cast<std::uint64_t>(row) * mask.cols() + col;
            while (next < before && sorted_[next] < position) ++next;
            if (next == before || sorted_[next] != position) sorted_.push_back(position);
        }
    }
    std::inplace_merge(sorted_.begin(), sorted_.begin() + static_cast<std::ptrdiff_t>(before), sorted_.end());
}

void ExploredPositions::change_to_bits() {
    bits_.resize(bitset_bytes(positions_) / 8);
    for (const std::uint64_t position : sorted_) bits_[position / 64] |= std::uint64_t{1} << (position % 64);
    release(sorted_);
}

Pattern ExploredPositions::mask(std::size_t rows, std::size_t cols) const {
    if (everything_) return Pattern::full(rows, cols);
    if (bits_.empty()) return Pattern::from_flat(rows, cols, sorted_);
    const auto is_set = [&](std::size_t position) { return (bits_[position / 64] >> (position % 64) & 1) != 0; };
    return Pattern::by_rows(
        rows, cols, positions_,
        [&](std::size_t row) {
            std::size_t count = 0;
            for (std::size_t col = 0; col < cols; ++col) count += is_set(row * cols + col) ? 1 : 0;
            return count;
        },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            auto next = to.begin();
            for (std::size_t col = 0; col < cols; ++col) {
                if (is_set(row * cols + col)) *next++ = static_cast<std::uint32_t>(col);
            }
        });
}

std::optional<std::uint64_t> ExploredPositions::count() const {
    if (!reason_.empty()) return std::nullopt;
    if (everything_) return positions_;
    std::uint64_t total = sorted_.size() + only_mask_;
    for (const std::uint64_t word : bits_) total += static_cast<std::uint64_t>(std::popcount(word));
    return total;
}

void ExploredPositions::restore(State state) {
    bits_ = std::move(state.bits);
    sorted_ = std::move(state.sorted);
    only_mask_ = state.only_mask;
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
