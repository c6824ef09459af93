#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <espalier/base/ranks/collectives.hpp>
#include <espalier/base/text/error.hpp>

/// Sums over ranks by the binary tree over their numbers: a node is its left half plus its right half, whoever adds
/// them (definitions.md 7.9). The nearest ranks are joined first, so that the sum of a power of two of ranks, each of
/// which has summed a subtree of as many leaves, has the bits of one rank that sums all.
namespace espalier {

/// Which ranks have something to add: of the others nothing is added.
using RankMarks = std::vector<bool>;

/// @throws ConfigError where their number is no power of two
void require_tree(const Communicator& ranks);

/// The ranks that a node of the tree joins, as one of them sees them.
struct RankPair {
    int partner = 0;
    bool is_left = false;   ///< this rank is in the left half
    bool left_has = false;  ///< whether there is something to add in each half
    bool right_has = false;

    /// Whether there is something to add in this rank's half.
    bool mine_has() const { return is_left ? left_has : right_has; }
    /// And in the partner's.
    bool other_has() const { return is_left ? right_has : left_has; }
};
/// @param distance  1, 2, 4, ... up to half the ranks
RankPair pair_at(const Communicator& ranks, int distance, const RankMarks& have);

/// Numbers [begin, end) of an array.
struct Segment {
    std::size_t begin = 0;
    std::size_t end = 0;

    std::size_t size() const { return end - begin; }  ///< how many
};

/// Where the segments of an array begin that ranks have the sums of behind sum_segments(), and where the last ends.
/// Their order is not that of ranks: halving with the nearest rank first gives rank r the segment segment_number(r).
using SegmentBounds = std::vector<std::size_t>;

/// The lowest bits of the rank in turned order. @param ranks a power of two
std::size_t segment_number(int rank, int ranks);
/// Segments that differ by one at most.
SegmentBounds equal_segments(int ranks, std::size_t count);
/// The segment of a rank.
Segment segment_of(int rank, const SegmentBounds& bounds);

/// Halving: each rank gets the sum of its own segment of arrays of equal length; what stands in the rest of `numbers`
/// then means nothing. log2(ranks) messages, of equal segments together 4 bytes x (1 - 1 / ranks) a float.
template <class T>
void sum_segments(Communicator& ranks, std::span<T> numbers, const RankMarks& have, const SegmentBounds& bounds);

/// Doubling back: each rank gets all segments.
template <class T>
void collect_segments(Communicator& ranks, std::span<T> numbers, const SegmentBounds& bounds);

/// Both: the sum of all, on every rank.
template <class T>
void sum_over_ranks(Communicator& ranks, std::span<T> numbers, const RankMarks& have) {
    const SegmentBounds bounds = equal_segments(ranks.size(), numbers.size());
    sum_segments(ranks, numbers, have, bounds);
    collect_segments(ranks, numbers, bounds);
}

/// Joins few numbers in any way, each rank all of them: log2(ranks) messages. A rank without any passes an empty
/// vector, and gets the others'.
/// @param join  join(left, right): the left becomes the sum of both
template <class T, class Join>
void join_over_ranks(Communicator& ranks, std::vector<T>& numbers, const RankMarks& have, const Join& join) {
    require_tree(ranks);
    for (int distance = 1; distance < ranks.size(); distance *= 2) {
        const RankPair pair = pair_at(ranks, distance, have);
        std::vector<T> other = numbers_of<T>(ranks.exchange(pair.partner, bytes_of(std::span<const T>(numbers))));
        if (!pair.other_has()) continue;
        if (!pair.mine_has()) {
            numbers = std::move(other);
        } else if (pair.is_left) {
            join(std::span<T>(numbers), std::span<const T>(other));
        } else {
            join(std::span<T>(other), std::span<const T>(numbers));
            numbers = std::move(other);
        }
    }
}

}  // namespace espalier
