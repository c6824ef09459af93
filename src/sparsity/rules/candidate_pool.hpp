#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::sparsity {

/// Scored absent positions of some consecutive rows, in order.
struct Candidates {
    std::vector<std::uint32_t> row_sizes;  ///< [rows]
    std::vector<std::uint32_t> cols;
    std::vector<float> scores;  ///< none negative
};

/// The best k of candidates that come row by row: those with the highest scores, of equal ones the lower positions
/// (definitions.md 1.2). 8 bytes a candidate held, at most 2k and what was appended last; O(1) amortised time each.
class CandidatePool {
  public:
    /// @param largest_append candidates that come at once, at most; more cost a copy
    CandidatePool(std::size_t k, std::size_t largest_append);

    /// A candidate of later rows with a score below this is not among the best: callers need not append it. Grows from
    /// 0 on. It is exact, a score one step above that of the k-th best so far, since of equal scores the earlier wins.
    float bound() const { return bound_; }

    /// Takes the candidates of the next rows.
    void append(const Candidates& candidates);

    /// The best k as candidates of the rows appended, which are put before or behind those of others.
    Candidates candidates() &&;

    /// The best k, or all where there are fewer, as a mask. The rows appended must be all of the mask's.
    Pattern best(std::size_t cols) &&;

  private:
    void keep_best();

    std::size_t k_;
    float bound_ = 0.0F;
    Candidates held_;
};

}  // namespace espalier::sparsity
