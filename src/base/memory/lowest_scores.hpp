#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>

namespace espalier {

/// Which of a list of scores are the lowest `count`; of equal scores those with higher numbers are
/// (definitions.md 1.2).
///
/// Found by counting, digit by digit of the scores' bits, not by sorting.
/// Cost: O(scores), dealt to threads; no memory that grows with the scores. `scores` must outlive it.
class LowestScores {
  public:
    /// @param what  names the scores in errors: "drop rule magnitude"
    /// @throws NumericError where a score is NaN
    LowestScores(std::span<const float> scores, std::size_t count, const std::string& what);

    /// Whether the score of this number, below the number of scores, is one of the lowest.
    bool contains(std::size_t number) const {
        const std::uint32_t key = order(scores_[number]);
        return key < limit_ || (key == limit_ && number >= first_equal_);
    }

    /// Unsigned numbers in the order of the scores; 0 and -0 are equal.
    static std::uint32_t order(float score) {
        const auto bits = std::bit_cast<std::uint32_t>(score + 0.0F);
        return (bits >> 31) != 0 ? ~bits : bits | 0x80000000U;
    }

  private:
    std::span<const float> scores_;
    std::uint32_t limit_ = 0;      // order() of the lowest score that does not belong wholly
    std::size_t first_equal_ = 0;  // of scores equal to that, those with this number and higher belong
};

}  // namespace espalier
