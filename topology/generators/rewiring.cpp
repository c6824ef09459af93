#include <espalier/base/random/random_choice.hpp>
#include <espalier/topology/generators/rewiring.hpp>
#include <espalier/topology/generators/swap_graph.hpp>

namespace espalier::topology {

Pattern rewired(const Pattern& pattern, std::uint64_t swaps, Stream& stream) {
    const std::size_t absent = pattern.positions() - pattern.edges();
    if (pattern.edges() == 0 || absent == 0) return pattern;
    if (absent < pattern.edges()) return complement(rewired(complement(pattern), swaps, stream));
    SwapGraph graph(pattern);
    graph.attempt_swaps(swaps * pattern.edges(), stream);
    return graph.pattern();
}

namespace {

/// Each block of a block-diagonal graph on its own.
Pattern rewired_by_blocks(const Layer& layer, std::uint64_t swaps, Stream& stream) {
    const Pattern& pattern = layer.pattern;
    const std::size_t rows = pattern.rows() / layer.blocks;
    const std::size_t cols = pattern.cols() / layer.blocks;
    std::vector<std::uint64_t> kept;
    for (std::size_t block = 0; block < layer.blocks; ++block) {
        std::vector<std::uint64_t> here;
        for (std::size_t row = 0; row < rows; ++row) {
            for (const std::uint32_t col : pattern.row(block * rows + row))
                here.push_back(row * cols + (col - block * cols));
        }
        const Pattern drawn = rewired(Pattern::from_flat(rows, cols, here), swaps, stream);
        for (std::size_t row = 0; row < rows; ++row) {
            for (const std::uint32_t col : drawn.row(row))
                kept.push_back((block * rows + row) * pattern.cols() + block * cols + col);
        }
    }
    return Pattern::from_flat(pattern.rows(), pattern.cols(), kept);
}

}  // namespace

Layer rewired(const Layer& layer, std::uint64_t swaps, Stream& stream) {
    Layer result = layer;
    result.pattern =
        layer.blocks == 1 ? rewired(layer.pattern, swaps, stream) : rewired_by_blocks(layer, swaps, stream);
    if (result.values.empty()) return result;
    for (std::size_t row = 0; row < result.pattern.rows(); ++row) {
        const auto kept = result.pattern.row(row).size();
        const auto values = std::span(result.values).subspan(result.pattern.row_begin(row), kept);
        shuffle(values, stream);
    }
    return result;
}

}  // namespace espalier::topology
