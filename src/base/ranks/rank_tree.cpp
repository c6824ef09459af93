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

/// The half of a segment that goes to the left, or to the right, of two ranks.
Segment half_of(const Segment& segment, bool left) {
    const std::size_t middle = segment.begin + segment.size() / 2;
    return left ? Segment{segment.begin, middle} : Segment{middle, segment.end};
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

Segment segment_of(int rank, int ranks, std::size_t count) {
    Segment segment{0, count};
    for (int distance = 1; distance < ranks; distance *= 2) segment = half_of(segment, (rank & distance) == 0);
    return segment;
}

template <class T>
Segment sum_segments(Communicator& ranks, std::span<T> numbers, const RankMarks& have) {
    require_tree(ranks);
    AlignedVector<T> received((numbers.size() + 1) / 2);
    Segment segment{0, numbers.size()};
    for (int distance = 1; distance < ranks.size(); distance *= 2) {
        const RankPair pair = pair_at(ranks, distance, have);
        const std::span<T> away = part(numbers, half_of(segment, !pair.is_left));
        segment = half_of(segment, pair.is_left);
        const std::span<T> mine = part(numbers, segment);
        const std::span<T> other = std::span<T>(received).first(mine.size());
        ranks.exchange(pair.partner, std::as_bytes(away), std::as_writable_bytes(other));
        if (!pair.other_has()) continue;
        if (!pair.mine_has()) {
            std::ranges::copy(other, mine.begin());
        } else {
            for (std::size_t k = 0; k < mine.size(); ++k) mine[k] += other[k];  // left + right is right + left
        }
    }
    return segment;
}

template <class T>
void collect_segments(Communicator& ranks, std::span<T> numbers) {
    require_tree(ranks);
    for (int distance = ranks.size() / 2; distance > 0; distance /= 2) {
        // What has been collected so far depends on the bits up to this one alone.
        const int partner = ranks.rank() ^ distance;
        const Segment mine = segment_of(ranks.rank(), 2 * distance, numbers.size());
        const Segment other = segment_of(partner, 2 * distance, numbers.size());
        ranks.exchange(partner, std::as_bytes(part(numbers, mine)), std::as_writable_bytes(part(numbers, other)));
    }
}

template Segment sum_segments(Communicator&, std::span<float>, const RankMarks&);
template Segment sum_segments(Communicator&, std::span<double>, const RankMarks&);
template void collect_segments(Communicator&, std::span<float>);
template void collect_segments(Communicator&, std::span<double>);

}  // namespace espalier
