#pragma once

#include <algorithm>

#include <espalier/topology/assignment/similarity_matching.hpp>

namespace espalier::topology {

/// The column of a row, and the row of a column, that has none.
constexpr std::uint32_t unmatched = ~std::uint32_t{0};

/// A partial matching and its prices, which at all times bound the similarities of the whole matrix. Matched pairs are
/// tight: their prices add up to their similarity.
class SimilarityAuction {
  public:
    /// Columns at their first price, and every row that can at a favourite column: its own where it is one.
    explicit SimilarityAuction(CandidateLists& lists);

    /// Free rows bid for their favourite column until it is worth as much to them as their second best, and put its
    /// holder out, who bids in turn. Rows with tied favourites give up; bids are bounded in number.
    void bid();

    /// Gives a free column to a row.
    void match(std::uint32_t row, std::uint32_t column) {
        matching.column[row] = column;
        holder[column] = row;
    }
    /// What columns outside the list of a row are worth to it at most, prices being `rise` above the first at least:
    /// those of similarity 0, and the rest.
    double rest_worth(std::size_t row, double lowest_price, double rise) const {
        return lists.is_complete(row) ? -lowest_price : std::max(-lowest_price, lists.rest(row) - rise);
    }

    CandidateLists& lists;
    SimilarityMatching matching;
    std::vector<std::uint32_t> holder;  ///< [columns]

  private:
    struct Favourites;
    Favourites favourites(std::uint32_t row) const;
    bool bid_of(std::uint32_t row, std::vector<std::uint32_t>& waiting);
    void reprice(std::uint32_t row);

    double lowest_first_price_;
};

}  // namespace espalier::topology
