#include <algorithm>
#include <limits>

#include <espalier/topology/assignment/similarity_auction.hpp>

namespace espalier::topology {
namespace {

constexpr std::size_t bids_a_row = 64;

}  // namespace

SimilarityAuction::SimilarityAuction(CandidateLists& all)
    : lists(all),
      matching{std::vector<std::uint32_t>(all.size(), unmatched), std::vector<double>(all.size()), all.first_price()},
      holder(all.size(), unmatched),
      lowest_first_price_(all.size() == 0 ? 0.0 : *std::ranges::min_element(all.first_price())) {
    const auto is_favourite = [&](std::uint32_t i, const Candidate& c) {
        return c.similarity - matching.column_price[c.column] == matching.row_price[i];
    };
    for (std::uint32_t i = 0; i < lists.size(); ++i) {
        reprice(i);
        for (const Candidate& c : lists.row(i)) {
            if (c.column == i && is_favourite(i, c)) match(i, i);
        }
    }
    for (std::uint32_t i = 0; i < lists.size(); ++i) {
        for (const Candidate& c : lists.row(i)) {
            if (matching.column[i] == unmatched && holder[c.column] == unmatched && is_favourite(i, c)) {
                match(i, c.column);
            }
        }
    }
}

/// The two columns of most worth (similarity less price) to a row. What its list leaves out counts as a column without
/// a name.
struct SimilarityAuction::Favourites {
    double first = -std::numeric_limits<double>::infinity();
    double second;
    std::uint32_t first_column = unmatched;
    std::uint32_t second_column = unmatched;
};

SimilarityAuction::Favourites SimilarityAuction::favourites(std::uint32_t row) const {
    Favourites best{.second = rest_worth(row, lowest_first_price_, 0.0)};
    for (const Candidate& c : lists.row(row)) {
        const double worth = c.similarity - matching.column_price[c.column];
        if (worth > best.first) {
            if (best.first >= best.second) {
                best.second = best.first;
                best.second_column = best.first_column;
            }
            best.first = worth;
            best.first_column = c.column;
        } else if (worth >= best.second) {
            best.second = worth;
            best.second_column = c.column;
        }
    }
    return best;
}

void SimilarityAuction::reprice(std::uint32_t row) {
    const Favourites best = favourites(row);
    matching.row_price[row] = std::max(best.first, best.second);
}

/// Whether the row is done with bidding for now; if not it waits again.
bool SimilarityAuction::bid_of(std::uint32_t row, std::vector<std::uint32_t>& waiting) {
    const Favourites best = favourites(row);
    if (best.first < best.second) {
        if (lists.is_complete(row)) return true;
        lists.extend(row);
        return false;
    }
    const bool is_tie = best.first == best.second;
    const std::uint32_t j = is_tie && holder[best.first_column] != unmatched ? best.second_column : best.first_column;
    if (j == unmatched) return true;
    const double raised = matching.column_price[j] + (best.first - best.second);
    const std::uint32_t before = holder[j];
    if (before != unmatched) {
        if (!(raised > matching.column_price[j])) return true;
        matching.column[before] = unmatched;
        waiting.push_back(before);
    }
    matching.column_price[j] = raised;
    matching.row_price[row] = best.second;
    match(row, j);
    return true;
}

void SimilarityAuction::bid() {
    std::vector<std::uint32_t> waiting;
    for (std::size_t i = lists.size(); i-- > 0;) {
        if (matching.column[i] == unmatched) waiting.push_back(static_cast<std::uint32_t>(i));
    }
    for (std::size_t bids = bids_a_row * waiting.size() + lists.size(); bids > 0 && !waiting.empty(); --bids) {
        const std::uint32_t row = waiting.back();
        waiting.pop_back();
        if (!bid_of(row, waiting)) waiting.push_back(row);
    }
    for (std::uint32_t i = 0; i < lists.size(); ++i) {
        if (matching.column[i] == unmatched) reprice(i);
    }
}

}  // namespace espalier::topology
