#pragma once

#include <cstdint>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/topology/graph/visited_positions.hpp>

namespace espalier::topology {

/// What became of one layer's connections, mask after mask of a series: which were there at first, how long each stayed
/// and which positions were ever in use.
///
/// Of the masks themselves it keeps nothing: the caller has the first, the last but one and the last at hand. Its own
/// state is four bytes per edge of the last mask (when the edge appeared), a VisitedPositions and some counts per mask.
/// An edge that goes and comes back is a new edge, except where it says otherwise.
class ConnectionHistory {
  public:
    /// O(edges).
    explicit ConnectionHistory(const Pattern& first);

    /// The next mask of the series, of the same shape. O(edges of the three).
    /// @param before  the mask of the call before; at first the first
    void add(const Pattern& first, const Pattern& before, const Pattern& now);

    /// All of one entry a mask.
    struct Counts {
        std::vector<std::uint64_t> edges;
        std::vector<std::uint64_t> of_first;           ///< edges of the first mask that are there, or there again
        std::vector<std::uint64_t> of_first_unbroken;  ///< those that were there in all masks so far
        std::vector<std::uint64_t> appeared;           ///< edges that the mask before had not; all of the first
        std::vector<std::uint64_t> explored;           ///< positions in use by then at any time
    };
    /// Of all masks so far, the first included.
    const Counts& counts() const { return counts_; }

    /// Share of edges that are still there k masks later, having been in all masks between: of all edges of all masks
    /// that have a k-th successor. NaN where these have none. [masks], first 1.
    /// O(masks), and no mask is read again: an edge that stays for L masks is L - k such survivors, so that all it
    /// takes is how many edges stayed how long.
    std::vector<double> survival_by_lag() const;

  private:
    void finish_mask(const Pattern& first, const Pattern& now, std::uint64_t appeared);

    VisitedPositions ever_;
    std::uint64_t positions_;
    bool everything_ = false;           ///< a full mask was seen
    std::vector<std::uint32_t> since_;  ///< [edges of the last mask] number of the mask in which the edge appeared
    std::vector<std::uint64_t> stays_;  ///< [length] edges that were there for so many masks and are gone
    Counts counts_;
};

}  // namespace espalier::topology
