#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace espalier::topology {

/// The positions of one layer, row * cols + col, that were ever in use: a set that only grows.
///
/// A bitset where that costs no more than `expected` positions would, else a hash table at most half full: memory and
/// time are linear in what it holds, however large the layer is.
class VisitedPositions {
  public:
    /// @param positions  all there are
    /// @param expected   about how many it will hold at first
    VisitedPositions(std::uint64_t positions, std::size_t expected);

    /// O(1), amortised.
    void insert(std::uint64_t position);
    /// How many positions it holds.
    std::size_t size() const { return size_; }

  private:
    std::size_t slot_of(std::uint64_t position) const;
    void grow();

    std::vector<std::uint64_t> bits_;
    std::vector<std::uint64_t> slots_;  ///< a power of two of them; free ones hold `none`
    std::size_t size_ = 0;
};

}  // namespace espalier::topology
