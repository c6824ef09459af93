#include <algorithm>

#include <espalier/topology/graph/chain.hpp>
#include <espalier/topology/graph/neuron_graph.hpp>

namespace espalier::topology {
namespace {

/// The layer between neurons: inputs of one neuron become one, its edges at most one per output.
Pattern merged(const Pattern& layer, std::size_t block) {
    if (block <= 1) return layer;
    std::vector<std::uint64_t> offsets = {0};
    std::vector<std::uint32_t> indices;
    for (std::size_t row = 0; row < layer.rows(); ++row) {
        for (const std::uint32_t input : layer.row(row)) {
            const auto neuron = static_cast<std::uint32_t>(input / block);
            if (indices.size() == offsets.back() || indices.back() != neuron) indices.push_back(neuron);
        }
        offsets.push_back(indices.size());
    }
    return {layer.rows(), layer.cols() / block, std::move(offsets), std::move(indices)};
}

/// Levels from layers whose widths fit.
NeuronGraph chained(const std::vector<Pattern>& layers) {
    NeuronGraph graph;
    if (layers.empty()) return graph;
    graph.level_begin.push_back(static_cast<std::uint32_t>(layers.front().cols()));
    std::size_t edges = 0;
    for (const Pattern& layer : layers) {
        graph.level_begin.push_back(graph.level_begin.back() + static_cast<std::uint32_t>(layer.rows()));
        edges += layer.edges();
    }
    graph.neighbours.reserve(2 * edges);
    const auto append = [&](std::span<const std::uint32_t> neurons, std::uint32_t shift) {
        for (const std::uint32_t neuron : neurons) graph.neighbours.push_back(neuron + shift);
    };
    for (std::size_t level = 0; level <= layers.size(); ++level) {
        const Pattern onwards = level < layers.size() ? layers[level].transposed() : Pattern();
        const std::uint32_t width = graph.level_begin[level + 1] - graph.level_begin[level];
        for (std::uint32_t k = 0; k < width; ++k) {
            if (level > 0) append(layers[level - 1].row(k), graph.level_begin[level - 1]);
            if (level < layers.size()) append(onwards.row(k), graph.level_begin[level + 1]);
            graph.offsets.push_back(graph.neighbours.size());
        }
    }
    return graph;
}

}  // namespace

NeuronGraph neuron_graph(const Pattern& layer) {
    return chained({layer});
}

NeuronGraph neuron_graph(const Topology& topology) {
    const std::vector<std::size_t> blocks = require_chain(topology);
    std::vector<Pattern> layers;
    for (std::size_t k = 0; k < blocks.size(); ++k) layers.push_back(merged(topology.layers[k].pattern, blocks[k]));
    return chained(layers);
}

}  // namespace espalier::topology
