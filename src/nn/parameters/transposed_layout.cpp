#include <espalier/base/threads/threads.hpp>
#include <espalier/kernels/rows.hpp>
#include <espalier/nn/parameters/transposed_layout.hpp>

namespace espalier::nn {
namespace {

constexpr std::size_t edges_worth_threads = 250'000;

/// Of some consecutive rows of the pattern: for each input the number of its edges, then the place of its next one.
using Places = std::vector<std::uint32_t>;

void count_edges(const Pattern& pattern, std::size_t begin, std::size_t end, Places& counts) {
    counts.assign(pattern.cols(), 0);
    const auto indices = pattern.indices();
    for (std::uint64_t k = pattern.offsets()[begin]; k < pattern.offsets()[end]; ++k) ++counts[indices[k]];
}

/// Turns counts into places: an input's edges lie together, those of lower rows first.
std::vector<std::uint64_t> place_inputs(std::size_t inputs, std::vector<Places>& parts) {
    std::vector<std::uint64_t> offsets(inputs + 1);
    std::uint32_t place = 0;
    for (std::size_t input = 0; input < inputs; ++input) {
        offsets[input] = place;
        for (Places& part : parts) {
            const std::uint32_t count = part[input];
            part[input] = place;
            place += count;
        }
    }
    offsets[inputs] = place;
    return offsets;
}

void put_edges(const Pattern& pattern, std::size_t begin, std::size_t end, Places& next, TransposedLayout& layout) {
    for (std::size_t row = begin; row < end; ++row) {
        auto position = static_cast<std::uint32_t>(pattern.offsets()[row]);
        for (const std::uint32_t input : pattern.row(row)) {
            const std::uint32_t place = next[input]++;
            layout.rows[place] = static_cast<std::uint32_t>(row);
            layout.positions[place] = position++;
        }
    }
}

}  // namespace

TransposedLayout::TransposedLayout(const Pattern& pattern) {
    const std::size_t count = pattern.edges() < edges_worth_threads ? 1 : static_cast<std::size_t>(threads());
    std::vector<Places> parts(count);
    const auto for_parts = [&](const auto& body) {
        parallel_for(count, [&](std::size_t p) {
            body(kernels::balanced_begin(pattern.offsets(), p, count),
                 kernels::balanced_begin(pattern.offsets(), p + 1, count), parts[p]);
        });
    };
    for_parts([&](std::size_t begin, std::size_t end, Places& counts) { count_edges(pattern, begin, end, counts); });
    offsets = place_inputs(pattern.cols(), parts);
    rows.resize(pattern.edges());
    positions.resize(pattern.edges());
    for_parts([&](std::size_t begin, std::size_t end, Places& next) { put_edges(pattern, begin, end, next, *this); });
}

}  // namespace espalier::nn
