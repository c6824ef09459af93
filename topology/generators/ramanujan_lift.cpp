#include <algorithm>
#include <array>

#include <espalier/base/random/random_choice.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/generators/biregular.hpp>
#include <espalier/topology/generators/ramanujan.hpp>
#include <espalier/topology/generators/ramanujan_lift.hpp>
#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/spectral/leading_singular_values.hpp>

namespace espalier::topology {
namespace {

constexpr std::size_t signings = 32;

std::vector<double> random_signs(std::size_t count, Stream& stream) {
    std::vector<double> signs(count);
    std::uint32_t word = 0;
    for (std::size_t e = 0; e < count; ++e) {
        word = e % 32 == 0 ? stream() : word >> 1;
        signs[e] = (word & 1) != 0 ? 1.0 : -1.0;
    }
    return signs;
}

/// Of 32 random signings the one with the smallest spectral norm; the first of equals.
std::vector<double> best_signs(const Pattern& pattern, Stream& stream) {
    std::array<std::vector<double>, signings> candidates;
    for (std::vector<double>& candidate : candidates) candidate = random_signs(pattern.edges(), stream);
    std::array<double, signings> norms{};
    parallel_for(signings, [&](std::size_t k) {
        norms[k] = leading_singular_values(Biadjacency(pattern, candidates[k]), 1).front();
    });
    return candidates[static_cast<std::size_t>(std::ranges::min_element(norms) - norms.begin())];
}

/// The first rows and columns.
Pattern cut(const Pattern& pattern, std::size_t rows, std::size_t cols) {
    const auto kept = [&](std::size_t row) {
        const auto all = pattern.row(row);
        return all.first(static_cast<std::size_t>(std::ranges::lower_bound(all, cols) - all.begin()));
    };
    return Pattern::by_rows(
        rows, cols, pattern.edges(), [&](std::size_t row) { return kept(row).size(); },
        [&](std::size_t row, std::span<std::uint32_t> to) { std::ranges::copy(kept(row), to.begin()); });
}

/// Edges in random order, as flat positions.
std::vector<std::uint64_t> shuffled_edges(const Pattern& pattern, Stream& stream) {
    std::vector<std::uint64_t> edges = pattern.flat();
    shuffle(edges, stream);
    return edges;
}

/// Takes edges away in random order until `edges` are left: those between neurons that both have more than their share,
/// a share that sinks in stages, so that degrees fall together; at the end those at one neuron that has more, then any.
Pattern thinned(const Pattern& pattern, std::size_t edges, Stream& stream) {
    constexpr std::size_t stages = 32;
    std::vector<std::uint32_t> fan_in = output_degrees(pattern);
    std::vector<std::uint32_t> fan_out = input_degrees(pattern);
    std::vector<std::uint64_t> left = shuffled_edges(pattern, stream);
    std::size_t surplus = left.size() - edges;
    const auto take_away = [&](std::size_t share_of, int ends_with_more) {
        std::erase_if(left, [&](std::uint64_t position) {
            std::uint32_t& in = fan_in[position / pattern.cols()];
            std::uint32_t& out = fan_out[position % pattern.cols()];
            const int more = (in > share_of / pattern.rows() ? 1 : 0) + (out > share_of / pattern.cols() ? 1 : 0);
            if (surplus == 0 || more < ends_with_more) return false;
            --surplus;
            --in;
            --out;
            return true;
        });
    };
    for (std::size_t stage = 1; stage <= stages; ++stage) {
        take_away(edges + (pattern.edges() - edges) * (stages - stage) / stages, 2);
    }
    take_away(edges, 1);
    take_away(edges, 0);
    std::ranges::sort(left);
    return Pattern::from_flat(pattern.rows(), pattern.cols(), left);
}

/// Exactly `edges`: what is too much is taken away, from the pattern or, where edges are missing, from what is absent.
Pattern with_count(const Pattern& pattern, std::size_t edges, Stream& stream) {
    if (pattern.edges() >= edges) return thinned(pattern, edges, stream);
    return complement(thinned(complement(pattern), pattern.positions() - edges, stream));
}

}  // namespace

Pattern two_lift(const Pattern& pattern, std::span<const double> signs) {
    const std::size_t rows = pattern.rows();
    return Pattern::by_rows(
        2 * rows, 2 * pattern.cols(), 4 * pattern.edges(),
        [&](std::size_t row) { return pattern.row(row % rows).size(); },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            const auto of_edge = signs.subspan(pattern.row_begin(row % rows), to.size());
            auto next = to.begin();
            for (const bool second_copy : {false, true}) {
                for (std::size_t k = 0; k < to.size(); ++k) {
                    const bool leads_to_second = (row >= rows) != (of_edge[k] <= 0);
                    if (leads_to_second != second_copy) continue;
                    const std::size_t shift = second_copy ? pattern.cols() : 0;
                    *next++ = static_cast<std::uint32_t>(pattern.row(row % rows)[k] + shift);
                }
            }
        });
}

Pattern ramanujan_lift(std::size_t rows, std::size_t cols, std::size_t edges, Stream& stream) {
    require_room(rows, cols, edges, "ramanujan_lift");
    if (edges == rows * cols || !has_ramanujan_bound(rows, cols, edges)) return biregular(rows, cols, edges, stream);
    std::size_t doublings = 0;
    while ((edges << (doublings + 1)) <= rows * cols) ++doublings;
    const std::size_t copies = std::size_t{1} << doublings;
    Pattern pattern = Pattern::full((rows + copies - 1) / copies, (cols + copies - 1) / copies);
    for (std::size_t k = 0; k < doublings; ++k) pattern = two_lift(pattern, best_signs(pattern, stream));
    return with_count(cut(pattern, rows, cols), edges, stream);
}

}  // namespace espalier::topology
