#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/topology/assignment/assignment.hpp>
#include <espalier/topology/assignment/similarity_matching.hpp>

namespace espalier::topology {

/// Reduced costs up to this are taken for 0. The sums of fractions that make them differ from 0 by rounding alone,
/// below 1e-12 for 4096 columns of costs in [0, 1]; what is really larger than 0 is seldom below 1e-9. Taking a pair
/// for optimal that is not costs at most this much a row.
inline constexpr double tight_tolerance = 1e-11;

/// The pairs of zero reduced cost, which all optimal assignments are made of.
///
/// Of a row the listed columns, and then a run of common(): columns that are tight because of their price alone,
/// whatever the row (similarity 0), are stored once for all rows.
class TightPairs {
  public:
    /// @param optimal  of solve_assignment(costs). O(rows columns); 4 bytes per pair.
    TightPairs(const CostMatrix& costs, const Assignment& optimal);

    /// @param optimal  of match_most_alike(lists), whose lists are extended until they show every tight pair.
    /// O(candidates); 4 bytes per pair of similarity above 0.
    TightPairs(CandidateLists& lists, const SimilarityMatching& optimal);

    /// Number of rows.
    std::size_t size() const { return common_size_.size(); }
    /// Columns in no order, some may be named twice.
    std::span<const std::uint32_t> listed(std::size_t i) const {
        return std::span(columns_).subspan(offsets_[i], offsets_[i + 1] - offsets_[i]);
    }
    /// Columns that are tight for row i by their price alone, cheapest first.
    std::span<const std::uint32_t> common(std::size_t i) const { return std::span(by_price_).first(common_size_[i]); }

    /// Rows i whose pair (i, i) is tight, ascending.
    std::vector<std::uint32_t> diagonal() const;

  private:
    void sort_by_price(const std::vector<double>& price);

    std::vector<std::size_t> offsets_{0};
    std::vector<std::uint32_t> columns_;
    std::vector<std::uint32_t> by_price_;
    std::vector<std::size_t> common_size_;
};

}  // namespace espalier::topology
