#include <espalier/base/random/random_choice.hpp>
#include <espalier/topology/generators/biregular.hpp>
#include <espalier/topology/generators/swap_graph.hpp>

namespace espalier::topology {
namespace {

/// `total` dealt to `count` neurons, as evenly as can be; who has one more is drawn.
std::vector<std::uint32_t> even_degrees(std::size_t count, std::size_t total, Stream& stream) {
    std::vector<std::uint32_t> degrees(count, static_cast<std::uint32_t>(total / count));
    for (const std::uint64_t neuron : random_choice(count, total % count, stream)) ++degrees[neuron];
    return degrees;
}

/// Every neuron as often as it has ends, in random order.
std::vector<std::uint32_t> shuffled_ends(const std::vector<std::uint32_t>& degrees, std::size_t edges, Stream& stream) {
    std::vector<std::uint32_t> ends;
    ends.reserve(edges);
    for (std::size_t neuron = 0; neuron < degrees.size(); ++neuron) {
        ends.insert(ends.end(), degrees[neuron], static_cast<std::uint32_t>(neuron));
    }
    shuffle(ends, stream);
    return ends;
}

}  // namespace

Pattern biregular(std::size_t rows, std::size_t cols, std::size_t edges, Stream& stream) {
    require_room(rows, cols, edges, "biregular");
    const std::size_t absent = rows * cols - edges;
    if (edges == 0) return Pattern::empty(rows, cols);
    if (absent == 0) return Pattern::full(rows, cols);
    if (absent < edges) return complement(biregular(rows, cols, absent, stream));
    constexpr std::uint64_t trials_an_edge = 100;
    while (true) {
        const std::vector<std::uint32_t> fan_ins = even_degrees(rows, edges, stream);
        const std::vector<std::uint32_t> fan_outs = even_degrees(cols, edges, stream);
        SwapGraph graph(cols, fan_ins, shuffled_ends(fan_outs, edges, stream));
        if (!graph.resolve_duplicates(trials_an_edge * edges, stream)) continue;
        graph.attempt_swaps(edges, stream);
        return graph.pattern();
    }
}

}  // namespace espalier::topology
