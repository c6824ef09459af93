#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <espalier/base/memory/lowest_scores.hpp>
#include <espalier/base/memory/release.hpp>
#include <espalier/sparsity/rules/candidate_pool.hpp>

namespace espalier::sparsity {
namespace {

template <class T>
void append_to(std::vector<T>& all, const std::vector<T>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

CandidatePool::CandidatePool(std::size_t k, std::size_t largest_append) : k_(k) {
    held_.cols.reserve(2 * k + largest_append);
    held_.scores.reserve(2 * k + largest_append);
}

void CandidatePool::append(const Candidates& candidates) {
    append_to(held_.row_sizes, candidates.row_sizes);
    append_to(held_.cols, candidates.cols);
    append_to(held_.scores, candidates.scores);
    if (held_.scores.size() >= 2 * k_ && held_.scores.size() > k_) keep_best();
}

void CandidatePool::keep_best() {
    const LowestScores goes(held_.scores, held_.scores.size() - k_, "grow rule");
    float lowest = std::numeric_limits<float>::infinity();
    std::size_t k = 0;
    std::size_t n = 0;
    for (std::uint32_t& size : held_.row_sizes) {
        const std::size_t row_begin = n;
        for (const std::size_t end = k + size; k < end; ++k) {
            // Without branches, which nobody could foresee: the next candidate overwrites one that goes.
            const bool stays = !goes.contains(k);
            const float score = held_.scores[k];
            lowest = std::min(lowest, stays ? score : lowest);
            held_.cols[n] = held_.cols[k];
            held_.scores[n] = score;
            n += stays ? 1 : 0;
        }
        size = static_cast<std::uint32_t>(n - row_begin);
    }
    held_.cols.resize(n);
    held_.scores.resize(n);
    bound_ = std::nextafter(lowest, std::numeric_limits<float>::infinity());
}

Candidates CandidatePool::candidates() && {
    if (held_.scores.size() > k_) keep_best();
    return std::move(held_);
}

Pattern CandidatePool::best(std::size_t cols) && {
    if (held_.scores.size() > k_) keep_best();
    release(held_.scores);
    const std::size_t rows = held_.row_sizes.size();
    std::vector<std::uint64_t> offsets(rows + 1, 0);
    std::inclusive_scan(held_.row_sizes.begin(), held_.row_sizes.end(), offsets.begin() + 1, std::plus<>(),
                        std::uint64_t{0});
    held_.cols.shrink_to_fit();
    return {rows, cols, std::move(offsets), std::move(held_.cols)};
}

}  // namespace espalier::sparsity
