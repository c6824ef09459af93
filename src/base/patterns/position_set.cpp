#include <algorithm>
#include <bit>
#include <limits>

#include <espalier/base/patterns/position_set.hpp>

namespace espalier {
namespace {

constexpr std::uint64_t bits_a_member = 128;
constexpr std::uint64_t nothing = std::numeric_limits<std::uint64_t>::max();

/// At most half of the slots are taken.
std::uint64_t slots_for(std::uint64_t members) {
    return std::max<std::uint64_t>(16, std::bit_ceil(2 * members));
}

}  // namespace

PositionSet::PositionSet(std::uint64_t total, std::uint64_t members) : is_bitset_(total / bits_a_member <= members) {
    if (is_bitset_) {
        words_.assign(total / 64 + 1, 0);
    } else {
        words_.assign(slots_for(members), nothing);
        shift_ = 64U - static_cast<unsigned>(std::countr_zero(words_.size()));
    }
}

std::uint64_t PositionSet::slot(std::uint64_t position) const {
    const std::uint64_t last = words_.size() - 1;
    std::uint64_t place = home(position);
    while (words_[place] != position && words_[place] != nothing) place = (place + 1) & last;
    return place;
}

bool PositionSet::insert(std::uint64_t position) {
    if (is_bitset_) {
        const std::uint64_t bit = std::uint64_t{1} << (position % 64);
        const bool is_new = (words_[position / 64] & bit) == 0;
        words_[position / 64] |= bit;
        return is_new;
    }
    const std::uint64_t place = slot(position);
    const bool is_new = words_[place] == nothing;
    words_[place] = position;
    return is_new;
}

void PositionSet::erase(std::uint64_t position) {
    if (is_bitset_) {
        words_[position / 64] &= ~(std::uint64_t{1} << (position % 64));
        return;
    }
    // What stands behind moves up where its search would pass the hole: no tombstones pile up.
    const std::uint64_t last = words_.size() - 1;
    std::uint64_t hole = slot(position);
    words_[hole] = nothing;
    for (std::uint64_t next = (hole + 1) & last; words_[next] != nothing; next = (next + 1) & last) {
        const std::uint64_t way = (next - home(words_[next])) & last;
        if (way < ((next - hole) & last)) continue;
        words_[hole] = words_[next];
        words_[next] = nothing;
        hole = next;
    }
}

}  // namespace espalier
