#include <algorithm>
#include <limits>

#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/series/connection_history.hpp>

namespace espalier::topology {

ConnectionHistory::ConnectionHistory(const Pattern& first)
    : ever_(first.positions(), first.edges()), positions_(first.positions()), since_(first.edges(), 0) {
    everything_ = first.edges() == positions_;
    if (!everything_) {
        for (std::size_t row = 0; row < first.rows(); ++row) {
            for (const std::uint32_t col : first.row(row)) ever_.insert(std::uint64_t{row} * first.cols() + col);
        }
    }
    finish_mask(first, first, first.edges());
}

void ConnectionHistory::add(const Pattern& first, const Pattern& before, const Pattern& now) {
    const auto number = static_cast<std::uint32_t>(counts_.edges.size());
    stays_.resize(number + 1, 0);
    everything_ = everything_ || now.edges() == positions_;
    std::vector<std::uint32_t> since;
    since.reserve(now.edges());
    std::uint64_t appeared = 0;
    std::size_t edge = 0;  // of the mask before
    for (std::size_t row = 0; row < now.rows(); ++row) {
        const auto old = before.row(row);
        const std::size_t end = edge + old.size();
        auto left = old.begin();
        for (const std::uint32_t col : now.row(row)) {
            for (; left != old.end() && *left < col; ++left) ++stays_[number - since_[edge++]];
            if (left != old.end() && *left == col) {
                since.push_back(since_[edge++]);
                ++left;
            } else {
                since.push_back(number);
                ++appeared;
                if (!everything_) ever_.insert(std::uint64_t{row} * now.cols() + col);
            }
        }
        while (edge < end) ++stays_[number - since_[edge++]];
    }
    since_ = std::move(since);
    finish_mask(first, now, appeared);
}

void ConnectionHistory::finish_mask(const Pattern& first, const Pattern& now, std::uint64_t appeared) {
    counts_.edges.push_back(now.edges());
    counts_.of_first.push_back(count_common_edges(first, now));
    counts_.of_first_unbroken.push_back(static_cast<std::uint64_t>(std::ranges::count(since_, 0U)));
    counts_.appeared.push_back(appeared);
    counts_.explored.push_back(everything_ ? positions_ : ever_.size());
}

std::vector<double> ConnectionHistory::survival_by_lag() const {
    const std::size_t masks = counts_.edges.size();
    std::vector<std::uint64_t> stays = stays_;
    stays.resize(masks + 1, 0);
    for (const std::uint32_t since : since_) ++stays[masks - since];
    std::vector<double> shares(masks);
    std::uint64_t starts = 0;
    std::uint64_t longer = 0;  // edges that stayed for more than `lag` masks
    std::uint64_t survivors = 0;
    for (std::size_t lag = masks; lag-- > 0;) {
        starts += counts_.edges[masks - 1 - lag];
        longer += stays[lag + 1];
        survivors += longer;
        shares[lag] = starts == 0 ? std::numeric_limits<double>::quiet_NaN()
                                  : static_cast<double>(survivors) / static_cast<double>(starts);
    }
    return shares;
}

}  // namespace espalier::topology
