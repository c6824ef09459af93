#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::topology {

/// Rows of a pattern as bit sets: counting what two of them share takes inputs / 64 steps however dense they are.
class BitRows {
  public:
    /// O(rows words + edges).
    explicit BitRows(const Pattern& pattern);

    /// Rows of the pattern.
    std::size_t rows() const { return rows_; }
    std::size_t words() const { return words_; }  ///< a row

    /// counts[b] = how many of `inputs` row b has.
    /// @param inputs  distinct, below the columns of the pattern
    /// O(rows words + inputs). Uses the processor's population count where it has one; results do not depend on it.
    void count(std::span<const std::uint32_t> inputs, std::span<std::uint32_t> counts) const;

  private:
    std::size_t rows_;
    std::size_t words_;
    std::vector<std::uint64_t> bits_;  // [rows x words]
};

}  // namespace espalier::topology
