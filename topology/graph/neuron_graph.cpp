#include <algorithm>
#include <numeric>
#include <optional>

#include <espalier/topology/graph/layer_graph.hpp>
#include <espalier/topology/graph/neuron_graph.hpp>

namespace espalier::topology {
namespace {

/// Calls each(neuron, output) for each two that an edge joins; of several edges between two once.
template <class Each>
void for_joined(const LayerGraph& layers, const std::vector<std::uint32_t>& begin, const Each& each) {
    for (std::size_t k = 0; k < layers.layers(); ++k) {
        for (std::size_t row = 0; row < layers.pattern(k).rows(); ++row) {
            const std::uint32_t output = begin[k + 1] + static_cast<std::uint32_t>(row);
            std::optional<std::uint32_t> last;
            for (const std::uint32_t input : layers.pattern(k).row(row)) {
                const std::uint32_t neuron = layers.neuron(k, input);
                if (last == neuron) continue;
                last = neuron;
                if (layers.takes_input(k)) each(neuron, output);
                for (const std::size_t feeder : layers.feeders(k)) {
                    const std::size_t place = layers.place(k, feeder);
                    if (neuron < place || neuron - place >= layers.pattern(feeder).rows()) continue;
                    each(begin[feeder + 1] + neuron - static_cast<std::uint32_t>(place), output);
                }
            }
        }
    }
}

}  // namespace

NeuronGraph neuron_graph(const Pattern& layer) {
    return neuron_graph(Topology{"layer", {Layer{"layer", {layer.rows(), layer.cols()}, layer, {}}}});
}

NeuronGraph neuron_graph(const Topology& topology) {
    NeuronGraph graph;
    const LayerGraph layers(topology);
    if (layers.layers() == 0) return graph;
    graph.level_begin.push_back(static_cast<std::uint32_t>(layers.input_width()));
    for (const Layer& layer : topology.layers)
        graph.level_begin.push_back(graph.level_begin.back() + static_cast<std::uint32_t>(layer.pattern.rows()));
    std::vector<std::uint64_t> next(graph.level_begin.back() + std::size_t{1}, 0);
    for_joined(layers, graph.level_begin, [&](std::uint32_t neuron, std::uint32_t output) {
        ++next[neuron + std::size_t{1}];
        ++next[output + std::size_t{1}];
    });
    std::partial_sum(next.begin(), next.end(), next.begin());
    graph.offsets = next;
    graph.neighbours.resize(graph.offsets.back());
    for_joined(layers, graph.level_begin, [&](std::uint32_t neuron, std::uint32_t output) {
        graph.neighbours[next[neuron]++] = output;
        graph.neighbours[next[output]++] = neuron;
    });
    for (std::size_t neuron = 0; neuron < graph.neurons(); ++neuron) {
        const auto begin = graph.neighbours.begin() + static_cast<std::ptrdiff_t>(graph.offsets[neuron]);
        std::sort(begin, begin + static_cast<std::ptrdiff_t>(graph.of(neuron).size()));
    }
    return graph;
}

}  // namespace espalier::topology
