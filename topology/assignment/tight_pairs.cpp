#include <algorithm>
#include <limits>
#include <numeric>

#include <espalier/topology/assignment/tight_pairs.hpp>

namespace espalier::topology {

TightPairs::TightPairs(const CostMatrix& costs, const Assignment& optimal) : common_size_(costs.rows(), 0) {
    for (std::size_t i = 0; i < costs.rows(); ++i) {
        const auto line = costs.row(i);
        const double bound = optimal.row_dual[i] + tight_tolerance;
        for (std::size_t j = 0; j < line.size(); ++j) {
            if (line[j] - optimal.column_dual[j] <= bound) columns_.push_back(static_cast<std::uint32_t>(j));
        }
        offsets_.push_back(columns_.size());
    }
}

TightPairs::TightPairs(CandidateLists& lists, const SimilarityMatching& optimal) {
    const std::vector<double>& price = optimal.column_price;
    double rise = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < price.size(); ++j) rise = std::min(rise, price[j] - lists.first_price()[j]);
    sort_by_price(price);
    for (std::size_t i = 0; i < lists.size(); ++i) {
        const double worth = optimal.row_price[i] - tight_tolerance;
        while (!lists.is_complete(i) && lists.rest(i) - rise >= worth) lists.extend(i);
        for (const Candidate& c : lists.row(i)) {
            if (c.similarity - price[c.column] >= worth) columns_.push_back(c.column);
        }
        offsets_.push_back(columns_.size());
        const auto end = std::ranges::upper_bound(by_price_, -worth, {}, [&](std::uint32_t j) { return price[j]; });
        common_size_.push_back(static_cast<std::size_t>(end - by_price_.begin()));
    }
}

void TightPairs::sort_by_price(const std::vector<double>& price) {
    by_price_.resize(price.size());
    std::iota(by_price_.begin(), by_price_.end(), 0U);
    std::ranges::stable_sort(by_price_, {}, [&](std::uint32_t j) { return price[j]; });
}

std::vector<std::uint32_t> TightPairs::diagonal() const {
    std::vector<std::size_t> place(by_price_.size());
    for (std::size_t k = 0; k < by_price_.size(); ++k) place[by_price_[k]] = k;
    std::vector<std::uint32_t> tight;
    for (std::uint32_t i = 0; i < size(); ++i) {
        const bool is_common = common_size_[i] > 0 && place[i] < common_size_[i];
        if (is_common || std::ranges::find(listed(i), i) != listed(i).end()) tight.push_back(i);
    }
    return tight;
}

}  // namespace espalier::topology
