#include <algorithm>
#include <bit>

#include <espalier/base/memory/aligned.hpp>
#include <espalier/base/ranks/rank_tree.hpp>

namespace espalier {
namespace {

bool any_of(const RankMarks& have, int first, int count) {
    const auto begin = have.begin() + first;
    return std::find(begin, begin + count, true) != begin + count;
}

/// The segments that ranks with these lowest bits have together, once ranks less than `distance` apart have halved.
Segment shared_segment(int rank, int distance, const SegmentBounds& bounds) {
    const std::size_t together = (bounds.size() - 1) / static_cast<std::size_t>(distance);
    const std::size_t first = segment_number(rank % distance, distance) * together;
    return {bounds[first], bounds[first + together]};
}

template <class T>
std::span<T> part(std::span<T> numbers, const Segment& segment) {
    return numbers.subspan(segment.begin, segment.size());
}

}  // namespace

void require_tree(const Communicator& ranks) {
    if (std::has_single_bit(static_cast<unsigned>(ranks.size()))) return;
    throw ConfigError(std::to_string(ranks.size()) + " ranks: a power of two is needed");
}

RankPair pair_at(const Communicator& ranks, int distance, const RankMarks& have) {
    RankPair pair;
    pair.partner = ranks.rank() ^ distance;
    pair.is_left = ranks.rank() < pair.partner;
    const int first = ranks.rank() & ~(2 * distance - 1);
    pair.left_has = any_of(have, first, distance);
    pair.right_has = any_of(have, first + distance, distance);
    return pair;
}

std::size_t segment_number(int rank, int ranks) {
    std::size_t number = 0;
    for (int bit = 1; bit < ranks; bit *= 2) number = 2 * number + ((rank & bit) != 0 ? 1 : 0);
    return number;
}

SegmentBounds equal_segments(int ranks, std::size_t count) {
    SegmentBounds bounds;
    const auto parts = static_cast<std::size_t>(ranks);
    for (std::size_t k = 0; k <= parts; ++k) bounds.push_back(count * k / parts);
    return bounds;
}

Segment segment_of(int rank, const SegmentBounds& bounds) {
    return shared_segment(rank, static_cast<int>(bounds.size()) - 1, bounds);
}

template <class T>
void sum_segments(Communicator& ranks, std::span<T> numbers, const RankMarks& have, const SegmentBounds& bounds) {
    require_tree(ranks);
    AlignedVector<T> received;
    for (int distance = 1; distance < ranks.size(); distance *= 2) {
        const RankPair pair = pair_at(ranks, distance, have);
        const std::span<T> away = part(numbers, shared_segment(pair.partner, 2 * distance, bounds));
        const std::span<T> mine = part(numbers, shared_segment(ranks.rank(), 2 * distance, bounds));
        received.resize(std::max(received.size(), mine.size()));
        const std::span<T> other = std::span<T>(received).first(mine.size());
        ranks.exchange(pair.partner, std::as_bytes(away), std::as_writable_bytes(other));
        if (!pair.other_has()) continue;
        if (!pair.mine_has()) {
            std::ranges::copy(other, mine.begin());
        } else {
            for (std::size_t k = 0; k < mine.size(); ++k) mine[k] += other[k];  // left + right is right + left
        }
    }
}

template <class T>
void collect_segments(Communicator& ranks, std::span<T> numbers, const SegmentBounds& bounds) {
    require_tree(ranks);
    for (int distance = ranks.size() / 2; distance > 0; distance /= 2) {
        const int partner = ranks.rank() ^ distance;
        const Segment mine = shared_segment(ranks.rank(), 2 * distance, bounds);
        const Segment other = shared_segment(partner, 2 * distance, bounds);
        ranks.exchange(partner, std::as_bytes(part(numbers, mine)), std::as_writable_bytes(part(numbers, other)));
    }
}

template void sum_segments(Communicator&, std::span<float>, const RankMarks&, const SegmentBounds&);
template void sum_segments(Communicator&, std::span<double>, const RankMarks&, const SegmentBounds&);
template void collect_segments(Communicator&, std::span<float>, const SegmentBounds&);
template void collect_segments(Communicator&, std::span<double>, const SegmentBounds&);

}  // namespace espalier
