#include <algorithm>
#include <limits>
#include <numeric>
#include <queue>

#include <espalier/topology/assignment/similarity_auction.hpp>

namespace espalier::topology {
namespace {

constexpr double unreachable = std::numeric_limits<double>::infinity();

/// Dijkstra's search from one free row to the nearest free column, over pairs as long as their prices exceed their
/// similarity.
class PathSearch {
  public:
    explicit PathSearch(SimilarityAuction& auction)
        : auction_(auction),
          lists_(auction.lists),
          row_price_(auction.matching.row_price),
          column_price_(auction.matching.column_price),
          distance_(lists_.size(), unreachable),
          row_distance_(lists_.size(), 0.0),
          row_before_(lists_.size(), unmatched) {}

    /// Matches one more row.
    void place(std::uint32_t free_row) {
        start();
        scan(free_row, 0.0);
        while (!queue_.empty() && queue_.top().distance < nearest_) {
            const Entry entry = queue_.top();
            queue_.pop();
            if (entry.number >= lists_.size()) {
                look_beyond_list(static_cast<std::uint32_t>(entry.number - lists_.size()));
            } else if (entry.distance == distance_[entry.number]) {
                closed_.push_back(entry.number);
                scan(auction_.holder[entry.number], entry.distance);
            }
        }
        change_prices(free_row);
        exchange(free_row);
    }

  private:
    /// A matched column at its distance, or (numbers from the size on) the place where the rest of a row's list begins.
    struct Entry {
        double distance;
        std::uint32_t number;
        bool operator>(const Entry& other) const {
            return distance != other.distance ? distance > other.distance : number > other.number;
        }
    };

    void start() {
        for (const std::uint32_t j : reached_) distance_[j] = unreachable;
        reached_.clear();
        closed_.clear();
        queue_ = {};
        nearest_ = unreachable;
        is_background_done_ = false;
        lowest_price_ = unreachable;
        rise_ = unreachable;
        const std::vector<double>& first = lists_.first_price();
        for (std::size_t j = 0; j < lists_.size(); ++j) {
            lowest_price_ = std::min(lowest_price_, column_price_[j]);
            rise_ = std::min(rise_, column_price_[j] - first[j]);
        }
    }

    void scan(std::uint32_t row, double distance) {
        row_distance_[row] = distance;
        for (const Candidate& c : lists_.row(row)) {
            offer(c.column, row, row_price_[row] + column_price_[c.column] - c.similarity);
        }
        if (lists_.is_complete(row) && is_background_done_) return;
        const double gap = row_price_[row] - auction_.rest_worth(row, lowest_price_, rise_);
        const double begins = distance + std::max(0.0, gap);
        if (begins < nearest_) queue_.push({begins, static_cast<std::uint32_t>(lists_.size() + row)});
    }

    void offer(std::uint32_t column, std::uint32_t row, double length) {
        const double distance = row_distance_[row] + std::max(0.0, length);
        if (!(distance < distance_[column]) || !(distance < nearest_)) return;
        if (distance_[column] == unreachable) reached_.push_back(column);
        distance_[column] = distance;
        row_before_[column] = row;
        if (auction_.holder[column] == unmatched) {
            nearest_ = distance;
            nearest_column_ = column;
        } else {
            queue_.push({distance, column});
        }
    }

    void look_beyond_list(std::uint32_t row) {
        if (!lists_.is_complete(row)) {
            lists_.extend(row);
            scan(row, row_distance_[row]);
            return;
        }
        if (is_background_done_) return;
        is_background_done_ = true;
        for (const bool is_free : {true, false}) {  // free ones first: they limit what is still of interest
            for (std::uint32_t j = 0; j < lists_.size(); ++j) {
                if ((auction_.holder[j] == unmatched) == is_free) offer(j, row, row_price_[row] + column_price_[j]);
            }
        }
    }

    void change_prices(std::uint32_t free_row) {
        row_price_[free_row] -= nearest_;
        for (const std::uint32_t j : closed_) {
            column_price_[j] += nearest_ - distance_[j];
            row_price_[auction_.holder[j]] -= nearest_ - distance_[j];
        }
    }

    void exchange(std::uint32_t free_row) {
        std::uint32_t j = nearest_column_;
        while (true) {
            const std::uint32_t row = row_before_[j];
            const std::uint32_t left = auction_.matching.column[row];
            auction_.match(row, j);
            if (row == free_row) return;
            j = left;
        }
    }

    SimilarityAuction& auction_;
    CandidateLists& lists_;
    std::vector<double>& row_price_;
    std::vector<double>& column_price_;
    std::vector<double> distance_;           // [columns] infinite where not reached
    std::vector<double> row_distance_;       // [rows]
    std::vector<std::uint32_t> row_before_;  // [columns] the last row on the way
    std::vector<std::uint32_t> reached_;     // columns with a distance
    std::vector<std::uint32_t> closed_;      // columns the search has left behind
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue_;
    double nearest_ = unreachable;  // distance of the nearest free column so far
    std::uint32_t nearest_column_ = unmatched;
    double lowest_price_ = 0;
    double rise_ = 0;  // of all column prices, at least
    bool is_background_done_ = false;
};

}  // namespace

double SimilarityMatching::bound() const {
    const double rows = std::accumulate(row_price.begin(), row_price.end(), 0.0);
    return std::accumulate(column_price.begin(), column_price.end(), rows);
}

SimilarityMatching match_most_alike(CandidateLists& lists) {
    SimilarityAuction auction(lists);
    auction.bid();
    PathSearch search(auction);
    for (std::uint32_t row = 0; row < lists.size(); ++row) {
        if (auction.matching.column[row] == unmatched) search.place(row);
    }
    return std::move(auction.matching);
}

SimilarityMatching match_nearly_most_alike(CandidateLists& lists) {
    SimilarityAuction auction(lists);
    auction.bid();
    const auto is_free = [&](std::uint32_t column) { return auction.holder[column] == unmatched; };
    for (std::uint32_t row = 0; row < lists.size(); ++row) {
        if (auction.matching.column[row] != unmatched) continue;
        double most = 0;
        for (const Candidate& c : lists.row(row)) {
            if (is_free(c.column) && c.similarity > most) {
                most = c.similarity;
                auction.matching.column[row] = c.column;
            }
        }
        if (most > 0) auction.match(row, auction.matching.column[row]);
    }
    std::uint32_t next = 0;
    for (std::uint32_t row = 0; row < lists.size(); ++row) {
        if (auction.matching.column[row] != unmatched) continue;
        while (!is_free(next)) ++next;
        auction.match(row, next);
    }
    return std::move(auction.matching);
}

}  // namespace espalier::topology
