#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/sparsity/masks/random_draws.hpp>
#include <espalier/sparsity/masks/subset_by_runs.hpp>

namespace espalier::sparsity {
namespace {

constexpr std::uint64_t members_a_run = 16;
constexpr std::uint64_t draws_worth_threads = 10'000;
constexpr std::size_t most_parts = 8;  // each part counts in a table of its own, a quarter of a byte a member

/// Members by runs while they are drawn. A run's members lie in distances[begins[run]] and after, `sizes[run]` of them.
struct Runs {
    unsigned bits;
    std::vector<std::uint64_t> begins;
    std::vector<std::uint32_t> sizes;
    std::vector<std::uint32_t> distances;

    std::size_t count() const { return sizes.size(); }
    std::span<std::uint32_t> members(std::size_t run) { return std::span(distances).subspan(begins[run], sizes[run]); }
    std::uint32_t distance(std::uint64_t number) const {
        return static_cast<std::uint32_t>(number - ((number >> bits) << bits));
    }
    bool contains(std::uint64_t number) {
        return std::ranges::binary_search(members(number >> bits), distance(number));
    }
};

/// Runs long enough for sixteen members, short enough for distances of 32 bits.
unsigned run_bits(std::uint64_t total, std::uint64_t count) {
    const std::uint64_t numbers = total / std::max<std::uint64_t>(1, count / members_a_run);
    return std::min(32U, static_cast<unsigned>(std::bit_width(numbers)));
}

/// The first `count` draws, dealt to their runs in no order: counted first, then drawn again and put in place.
Runs deal(const Draws& draws, std::uint64_t total, std::uint64_t count) {
    Runs runs{run_bits(total, count), {}, {}, {}};
    const std::size_t number_of_runs = total == 0 ? 0 : ((total - 1) >> runs.bits) + 1;
    const std::size_t parts =
        count < draws_worth_threads ? 1 : std::min(static_cast<std::size_t>(threads()), most_parts);
    std::vector<std::vector<std::uint32_t>> next(parts);
    const auto for_part = [&](std::size_t part, const auto& body) {
        draws.for_each(count * part / parts, count * (part + 1) / parts, body);
    };
    parallel_for(parts, [&](std::size_t part) {
        std::vector<std::uint32_t>& sizes = next[part];
        sizes.assign(number_of_runs, 0);
        for_part(part, [&](std::uint64_t number) { ++sizes[number >> runs.bits]; });
    });
    runs.begins.assign(number_of_runs + 1, 0);
    runs.sizes.assign(number_of_runs, 0);
    for (std::size_t run = 0; run < number_of_runs; ++run) {
        for (std::vector<std::uint32_t>& sizes : next) runs.sizes[run] += std::exchange(sizes[run], runs.sizes[run]);
        runs.begins[run + 1] = runs.begins[run] + runs.sizes[run];
    }
    runs.distances.resize(runs.begins.back());
    parallel_for(parts, [&](std::size_t part) {
        std::vector<std::uint32_t>& places = next[part];
        for_part(part, [&](std::uint64_t number) {
            const std::uint64_t run = number >> runs.bits;
            runs.distances[runs.begins[run] + places[run]++] = runs.distance(number);
        });
    });
    return runs;
}

void sort_and_drop_duplicates(Runs& runs) {
    for_row_runs(runs.count(), 10 * runs.distances.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t run = begin; run < end; ++run) {
            const std::span<std::uint32_t> members = runs.members(run);
            std::ranges::sort(members);
            const auto end_of_different = std::unique(members.begin(), members.end());
            runs.sizes[run] = static_cast<std::uint32_t>(end_of_different - members.begin());
        }
    });
}

/// Numbers drawn from place `place` on until `missing` are there that differ from the runs' and each other; ascending.
std::vector<std::uint64_t> draw_more(const Draws& draws, Runs& runs, std::uint64_t place, std::size_t missing) {
    std::vector<std::uint64_t> more;
    while (more.size() < missing) {
        const auto middle = static_cast<std::ptrdiff_t>(more.size());
        const std::uint64_t end = place + missing - more.size();
        draws.for_each(place, end, [&](std::uint64_t number) {
            if (!runs.contains(number)) more.push_back(number);
        });
        place = end;
        std::sort(more.begin() + middle, more.end());
        std::inplace_merge(more.begin(), more.begin() + middle, more.end());
        more.erase(std::unique(more.begin(), more.end()), more.end());
    }
    return more;
}

/// Runs without the gaps of duplicates, and with the additional numbers.
Subset packed(Runs& runs, const std::vector<std::uint64_t>& more) {
    const auto first_of = [&](std::size_t run) {
        return std::ranges::lower_bound(more, static_cast<std::uint64_t>(run) << runs.bits);
    };
    std::vector<std::uint64_t> begins(runs.count() + 1, 0);
    auto next = more.begin();
    for (std::size_t run = 0; run < runs.count(); ++run) {
        begins[run + 1] = begins[run] + runs.sizes[run];
        for (; next != more.end() && *next >> runs.bits == run; ++next) ++begins[run + 1];
    }
    std::vector<std::uint32_t> distances(begins.back());
    for_row_runs(runs.count(), distances.size(), [&](std::size_t begin, std::size_t end) {
        auto number = first_of(begin);
        for (std::size_t run = begin; run < end; ++run) {
            std::uint32_t* to = std::ranges::copy(runs.members(run), distances.data() + begins[run]).out;
            const std::uint32_t* const stop = distances.data() + begins[run + 1];
            if (to == stop) continue;
            std::uint32_t* const middle = to;
            while (to != stop) *to++ = runs.distance(*number++);
            std::inplace_merge(distances.data() + begins[run], middle, to);
        }
    });
    return {runs.bits, std::move(begins), std::move(distances)};
}

}  // namespace

Subset subset_by_runs(std::uint64_t total, std::uint64_t count, const Stream& stream) {
    if (count == 0) return {0, {0}, {}};
    const Draws draws(stream, total);
    Runs runs = deal(draws, total, count);
    sort_and_drop_duplicates(runs);
    const std::size_t there = std::accumulate(runs.sizes.begin(), runs.sizes.end(), std::size_t{0});
    if (there == count) return {runs.bits, std::move(runs.begins), std::move(runs.distances)};
    return packed(runs, draw_more(draws, runs, count, count - there));
}

}  // namespace espalier::sparsity
