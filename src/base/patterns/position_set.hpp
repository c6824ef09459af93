#pragma once

#include <cstdint>
#include <vector>

namespace espalier {

/// A set of flat positions (row * columns + column) that changes one by one: is this edge there?
///
/// A bitset where that takes at most 16 bytes per member, else a hash table with open addressing. O(1), expected; what
/// it holds never depends on the form.
class PositionSet {
  public:
    /// @param total    members are below it
    /// @param members  the most there will be at a time
    PositionSet(std::uint64_t total, std::uint64_t members);

    /// Whether this position, below the total, is a member.
    bool contains(std::uint64_t position) const {
        return is_bitset_ ? ((words_[position / 64] >> (position % 64)) & 1) != 0 : words_[slot(position)] == position;
    }

    /// Brings what will be asked about a position nearer, where it is soon.
    void prefetch(std::uint64_t position) const {
        __builtin_prefetch(&words_[is_bitset_ ? position / 64 : home(position)]);
    }

    /// False where it was there already.
    bool insert(std::uint64_t position);
    /// @param position  a member
    void erase(std::uint64_t position);

  private:
    /// Where a position is, or would be put.
    std::uint64_t slot(std::uint64_t position) const;
    std::uint64_t home(std::uint64_t position) const { return (position * 0x9E3779B97F4A7C15ULL) >> shift_; }

    bool is_bitset_;
    unsigned shift_ = 0;  // 64 - log2(slots)
    std::vector<std::uint64_t> words_;
};

}  // namespace espalier
