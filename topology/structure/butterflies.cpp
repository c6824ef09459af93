#include <algorithm>
#include <numeric>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/structure/butterflies.hpp>

namespace espalier::topology {
namespace {

/// The layer's graph with its neurons renumbered by degree, highest first: neighbours ascend, so those of higher degree
/// come first.
struct RankedGraph {
    std::vector<std::uint64_t> offsets = {0};
    std::vector<std::uint32_t> neighbours;

    std::size_t neurons() const { return offsets.size() - 1; }
    std::span<const std::uint32_t> of(std::size_t neuron) const {
        return std::span(neighbours).subspan(offsets[neuron], offsets[neuron + 1] - offsets[neuron]);
    }
};

RankedGraph ranked(const Pattern& layer) {
    const Pattern fed = layer.transposed();
    const std::size_t inputs = layer.cols();
    const auto row = [&](std::size_t neuron) { return neuron < inputs ? fed.row(neuron) : layer.row(neuron - inputs); };
    std::vector<std::uint32_t> order(inputs + layer.rows());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, std::ranges::greater(), [&](std::uint32_t neuron) { return row(neuron).size(); });
    std::vector<std::uint32_t> rank(order.size());
    for (std::uint32_t k = 0; k < order.size(); ++k) rank[order[k]] = k;

    RankedGraph graph;
    graph.neighbours.reserve(2 * layer.edges());
    for (const std::uint32_t neuron : order) {
        const std::size_t shift = neuron < inputs ? inputs : 0;
        const auto begin = static_cast<std::ptrdiff_t>(graph.neighbours.size());
        for (const std::uint32_t neighbour : row(neuron)) graph.neighbours.push_back(rank[neighbour + shift]);
        std::sort(graph.neighbours.begin() + begin, graph.neighbours.end());
        graph.offsets.push_back(graph.neighbours.size());
    }
    return graph;
}

/// Butterflies whose first neuron in the order is `first`: pairs of wedges to the same far end. `wedges` is all 0
/// before and after.
std::uint64_t butterflies_of(const RankedGraph& graph, std::size_t first, std::vector<std::uint32_t>& wedges) {
    const auto each_far_end = [&](const auto& visit) {
        const auto neighbours = graph.of(first);
        for (auto middle = neighbours.rbegin(); middle != neighbours.rend() && *middle > first; ++middle) {
            const auto ends = graph.of(*middle);
            for (auto end = ends.rbegin(); end != ends.rend() && *end > first; ++end) visit(wedges[*end]);
        }
    };
    std::uint64_t walked = 0;
    std::uint64_t pairs = 0;
    each_far_end([&](std::uint32_t& wedge) {
        pairs += wedge++;
        ++walked;
    });
    if (walked > wedges.size()) {
        std::ranges::fill(wedges, 0U);
    } else {
        each_far_end([](std::uint32_t& wedge) { wedge = 0; });
    }
    return pairs;
}

}  // namespace

BigCount butterflies(const Pattern& pattern) {
    const RankedGraph graph = ranked(pattern);
    std::vector<BigCount> counts(graph.neurons(), 0);
    const std::size_t work = 2 * pattern.edges() * (1 + pattern.edges() / std::max<std::size_t>(1, graph.neurons()));
    for_row_runs(graph.neurons(), work, [&](std::size_t begin, std::size_t end) {
        std::vector<std::uint32_t> wedges(graph.neurons(), 0);
        for (std::size_t neuron = begin; neuron < end; ++neuron) counts[neuron] = butterflies_of(graph, neuron, wedges);
    });
    return std::accumulate(counts.begin(), counts.end(), BigCount{0});
}

MetricValue butterflies_metric(const Layer& layer) {
    return static_cast<double>(butterflies(layer.pattern));
}

}  // namespace espalier::topology
