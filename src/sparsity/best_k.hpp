#pragma once

#include <cstdint>
#include <vector>

namespace espalier::sparsity {

/// A position with its score; better means a higher score, of equal scores the lower position (methods.md 1.2).
struct Candidate {
    float score = 0.0F;
    std::uint64_t position = 0;

    bool better_than(const Candidate& other) const {
        return score != other.score ? score > other.score : position < other.position;
    }
};

/// The best k of a stream of candidates in O(k) memory and O(1) amortised time each. The order is total, so the answer
/// does not depend on the order in which candidates arrive.
class BestK {
  public:
    explicit BestK(std::size_t k) : k_(k) {}

    /// @throws NumericError for a score that is NaN
    void add(const Candidate& candidate) {
        if (has_bound_ && !candidate.better_than(bound_) && candidate.score == candidate.score) return;
        insert(candidate);
    }

    /// At most k candidates, in no order.
    std::vector<Candidate> take();

  private:
    void insert(const Candidate& candidate);
    void shrink();

    std::size_t k_;
    std::vector<Candidate> held_;  // up to 2k, of which the best k count
    Candidate bound_;              // the k-th best at the last shrink: nothing worse can still win
    bool has_bound_ = false;
};

/// Positions of `count` candidates, the best ones, ascending.
std::vector<std::uint64_t> best_positions(std::vector<Candidate> candidates, std::size_t count);

}  // namespace espalier::sparsity
