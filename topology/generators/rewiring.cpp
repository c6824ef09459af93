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

Layer rewired(const Layer& layer, std::uint64_t swaps, Stream& stream) {
    Layer result{layer.name, layer.shape, rewired(layer.pattern, swaps, stream), layer.values, layer.fed_by};
    if (result.values.empty()) return result;
    for (std::size_t row = 0; row < result.pattern.rows(); ++row) {
        const auto kept = result.pattern.row(row).size();
        const auto values = std::span(result.values).subspan(result.pattern.row_begin(row), kept);
        shuffle(values, stream);
    }
    return result;
}

}  // namespace espalier::topology
