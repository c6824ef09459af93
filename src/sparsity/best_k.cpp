#include <algorithm>
#include <cmath>

#include <espalier/base/error.hpp>
#include <espalier/sparsity/best_k.hpp>

namespace espalier::sparsity {
namespace {

bool better(const Candidate& a, const Candidate& b) {
    return a.better_than(b);
}

}  // namespace

void BestK::insert(const Candidate& candidate) {
    if (std::isnan(candidate.score)) {
        throw NumericError("the score of position " + std::to_string(candidate.position) +
                           " is not a number; a lower learning rate may help");
    }
    if (k_ == 0) return;
    held_.push_back(candidate);
    if (held_.size() >= 2 * k_) shrink();
}

void BestK::shrink() {
    if (held_.size() < k_) return;
    std::nth_element(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(k_ - 1), held_.end(), better);
    held_.resize(k_);
    bound_ = held_.back();
    has_bound_ = true;
}

std::vector<Candidate> BestK::take() {
    if (held_.size() > k_) shrink();
    return std::move(held_);
}

std::vector<std::uint64_t> best_positions(std::vector<Candidate> candidates, std::size_t count) {
    if (count < candidates.size()) {
        std::nth_element(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(count), candidates.end(),
                         better);
        candidates.resize(count);
    }
    std::vector<std::uint64_t> positions;
    positions.reserve(candidates.size());
    for (const Candidate& candidate : candidates) positions.push_back(candidate.position);
    std::ranges::sort(positions);
    return positions;
}

}  // namespace espalier::sparsity
