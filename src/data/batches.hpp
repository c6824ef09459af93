#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <espalier/data/split.hpp>

namespace espalier::data {

/// A range of examples cut into mini-batches; the last one may be smaller.
///
/// The order is file order until shuffle(). The order of an epoch depends on (seed, epoch) and the range alone, not on
/// earlier epochs, so a resumed run sees the batches of an uninterrupted one.
class Batches {
  public:
    /// @throws ConfigError for a batch size of 0; FormatError for 2^32 examples or more
    Batches(Range range, std::size_t batch_size);

    /// Fisher-Yates on Stream(seed, data_order, 0, epoch). O(examples).
    void shuffle(std::uint64_t seed, std::uint64_t epoch);

    std::size_t size() const { return batch_size_; }  ///< examples in a batch, but for the last
    std::size_t count() const { return (order_.size() + batch_size_ - 1) / batch_size_; }
    /// Numbers of the examples of one batch, counted from the start of the set (not of the range).
    std::span<const std::uint32_t> operator[](std::size_t batch) const;

  private:
    void file_order();

    Range range_;
    std::size_t batch_size_;
    std::vector<std::uint32_t> order_;
};

}  // namespace espalier::data
