#include <bit>
#include <utility>

#include <espalier/topology/graph/visited_positions.hpp>

namespace espalier::topology {
namespace {

constexpr std::uint64_t free_slot = ~std::uint64_t{0};
constexpr std::size_t fewest_slots = 64;
constexpr std::uint64_t bits_an_entry = 128;  // of a table half full

/// Fibonacci hashing on folded bits: neighbouring positions must not share a neighbourhood of slots.
std::uint64_t mixed(std::uint64_t position) {
    position ^= position >> 32;
    position *= 0x9e3779b97f4a7c15U;
    return position ^ (position >> 29);
}

}  // namespace

VisitedPositions::VisitedPositions(std::uint64_t positions, std::size_t expected) {
    if (positions <= bits_an_entry * expected) {
        bits_.resize((positions + 63) / 64);
    } else {
        slots_.assign(std::bit_ceil(2 * expected + fewest_slots), free_slot);
    }
}

void VisitedPositions::insert(std::uint64_t position) {
    if (!bits_.empty()) {
        const std::uint64_t bit = std::uint64_t{1} << (position % 64);
        size_ += (bits_[position / 64] & bit) == 0 ? 1 : 0;
        bits_[position / 64] |= bit;
        return;
    }
    const std::size_t slot = slot_of(position);
    if (slots_[slot] == position) return;
    slots_[slot] = position;
    if (2 * ++size_ > slots_.size()) grow();
}

/// Where it is, or where it would go.
std::size_t VisitedPositions::slot_of(std::uint64_t position) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = mixed(position) & mask;
    while (slots_[slot] != free_slot && slots_[slot] != position) slot = (slot + 1) & mask;
    return slot;
}

void VisitedPositions::grow() {
    const std::vector<std::uint64_t> old =
        std::exchange(slots_, std::vector<std::uint64_t>(2 * slots_.size(), free_slot));
    for (const std::uint64_t position : old) {
        if (position != free_slot) slots_[slot_of(position)] = position;
    }
}

}  // namespace espalier::topology
