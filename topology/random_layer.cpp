#include <algorithm>
#include <utility>
#include <vector>

#include <espalier/topology/random_layer.hpp>

namespace espalier::topology {
namespace {

/// `count` of the numbers below `end`, ascending: drawn until so many differ, so at most half of them.
std::vector<std::uint64_t> draw_few(std::uint64_t end, std::size_t count, Stream& stream) {
    std::vector<std::uint64_t> drawn;
    while (drawn.size() < count) {
        const std::size_t missing = count - drawn.size();
        for (std::size_t k = 0; k < missing; ++k) drawn.push_back(stream.below(end));
        std::ranges::sort(drawn);
        const auto repeated = std::ranges::unique(drawn);
        drawn.erase(repeated.begin(), repeated.end());
    }
    return drawn;
}

std::vector<std::uint64_t> all_but(std::uint64_t end, const std::vector<std::uint64_t>& left_out) {
    std::vector<std::uint64_t> kept;
    auto next = left_out.begin();
    for (std::uint64_t k = 0; k < end; ++k) {
        if (next != left_out.end() && *next == k) {
            ++next;
        } else {
            kept.push_back(k);
        }
    }
    return kept;
}

Pattern random_pattern(std::size_t rows, std::size_t cols, std::size_t edges, Stream& stream) {
    const std::uint64_t positions = std::uint64_t{rows} * cols;
    if (edges <= positions / 2) return Pattern::from_flat(rows, cols, draw_few(positions, edges, stream));
    return Pattern::from_flat(rows, cols, all_but(positions, draw_few(positions, positions - edges, stream)));
}

}  // namespace

Layer random_layer_like(const Layer& layer, Stream& stream) {
    const Pattern& pattern = layer.pattern;
    Layer result{layer.name, layer.shape, random_pattern(pattern.rows(), pattern.cols(), pattern.edges(), stream),
                 layer.values};
    for (std::size_t k = result.values.size(); k > 1; --k) {
        std::swap(result.values[k - 1], result.values[stream.below(k)]);
    }
    return result;
}

}  // namespace espalier::topology
