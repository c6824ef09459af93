#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/chained_network.hpp>
#include <espalier/topology/paths/effective.hpp>
#include <espalier/topology/paths/flow_network.hpp>
#include <espalier/topology/paths/max_flow.hpp>

namespace espalier::topology {
namespace {

using Vertex = FlowNetwork::Vertex;

constexpr Vertex source = 0;
constexpr Vertex sink = 1;

/// Vertices of each level's first neuron, after source and sink, `per_neuron` of them a neuron; the last entry is the
/// number of all.
std::vector<Vertex> first_vertices(const ChainedNetwork& network, std::size_t per_neuron) {
    std::vector<Vertex> first;
    std::size_t next = 2;
    for (std::size_t level = 0; level <= network.levels(); ++level) {
        if (next > std::numeric_limits<Vertex>::max()) {
            throw FormatError("maximum flow: more neurons than 32 bits number; choose fewer layers with --layers");
        }
        first.push_back(static_cast<Vertex>(next));
        if (level < network.levels()) next += per_neuron * network.width(level);
    }
    return first;
}

/// Calls each(from, to, weights) once for each two neurons of levels k and k + 1 that `weights` kept weights join.
template <class Each>
void for_joined_neurons(const ChainedNetwork& network, std::size_t k, const Each& each) {
    const Pattern& pattern = network.pattern(k);
    for (std::size_t output = 0; output < pattern.rows(); ++output) {
        const auto inputs = pattern.row(output);
        for (std::size_t begin = 0; begin < inputs.size();) {
            const std::uint32_t neuron = network.neuron(k, inputs[begin]);
            std::size_t end = begin + 1;
            while (end < inputs.size() && network.neuron(k, inputs[end]) == neuron) ++end;
            each(neuron, static_cast<Vertex>(output), static_cast<FlowNetwork::Capacity>(end - begin));
            begin = end;
        }
    }
}

/// Whether a level's neurons are joined to the source, the sink or neither.
void join_ends(const ChainedNetwork& network, const std::vector<Vertex>& first, std::size_t per_neuron,
               FlowNetwork::Capacity capacity, FlowNetwork& graph) {
    const auto stride = static_cast<Vertex>(per_neuron);
    for (Vertex j = 0; j < network.width(0); ++j) graph.add_edge(source, first[0] + j * stride, capacity);
    const std::size_t last = network.layers();
    for (Vertex j = 0; j < network.width(last); ++j) {
        graph.add_edge(first[last] + j * stride + stride - 1, sink, capacity);
    }
}

}  // namespace

EdgeFlow max_flow(const Topology& topology) {
    const ChainedNetwork network(topology);
    EdgeFlow found{0, std::vector<std::size_t>(network.layers(), 0)};
    if (network.layers() == 0) return found;
    const std::size_t total = edges(topology);
    const std::vector<Vertex> first = first_vertices(network, 1);
    FlowNetwork graph(first.back());
    graph.reserve(total + network.width(0) + network.width(network.layers()));
    for (std::size_t k = 0; k < network.layers(); ++k) {
        for_joined_neurons(network, k, [&](Vertex from, Vertex to, FlowNetwork::Capacity weights) {
            graph.add_edge(first[k] + from, first[k + 1] + to, weights);
        });
    }
    join_ends(network, first, 1, static_cast<FlowNetwork::Capacity>(total + 1), graph);
    const FlowNetwork::Flow flow = graph.solve(source, sink);
    found.value = static_cast<std::size_t>(flow.value);
    for (const FlowNetwork::Edge& edge : graph.edges()) {
        if (flow.source_side[edge.from] == 0 || flow.source_side[edge.to] != 0) continue;
        const auto level = std::ranges::upper_bound(first, edge.from) - first.begin() - 1;
        found.cut_edges[static_cast<std::size_t>(level)] += static_cast<std::size_t>(edge.capacity);
    }
    return found;
}

std::size_t vertex_disjoint_paths(const Topology& topology) {
    const ChainedNetwork network(topology);
    if (network.layers() == 0) return 0;
    // Each neuron is two vertices, where its paths enter and leave, with one unit between them.
    const std::vector<Vertex> first = first_vertices(network, 2);
    FlowNetwork graph(first.back());
    graph.reserve(edges(topology) + first.back() / 2);
    for (std::size_t level = 0; level < network.levels(); ++level) {
        for (Vertex j = 0; j < network.width(level); ++j) {
            graph.add_edge(first[level] + 2 * j, first[level] + 2 * j + 1, 1);
        }
    }
    for (std::size_t k = 0; k < network.layers(); ++k) {
        for_joined_neurons(network, k, [&](Vertex from, Vertex to, FlowNetwork::Capacity) {
            graph.add_edge(first[k] + 2 * from + 1, first[k + 1] + 2 * to, 1);
        });
    }
    join_ends(network, first, 2, 1, graph);
    return static_cast<std::size_t>(graph.solve(source, sink).value);
}

std::optional<std::size_t> bottleneck_layer(const Topology& topology) {
    const Effective found = effective(topology);
    if (found.paths.is_zero()) return std::nullopt;
    const auto share = [&](std::size_t k) {
        return static_cast<double>(found.layers[k].outputs) / static_cast<double>(topology.layers[k].pattern.rows());
    };
    std::size_t least = 0;
    for (std::size_t k = 1; k < found.layers.size(); ++k) {
        if (share(k) < share(least)) least = k;
    }
    return least;
}

MetricResult max_flow_metric(const Topology& topology, const Settings&) {
    const EdgeFlow flow = max_flow(topology);
    const MetricValue none = MetricValue::undefined("no path from input to output");
    const auto cut = std::ranges::max_element(flow.cut_edges) - flow.cut_edges.begin();
    const std::optional<std::size_t> bottleneck = bottleneck_layer(topology);
    MetricResult result{
        {},
        MetricValue::Fields{{"max_flow", static_cast<double>(flow.value)},
                            {"vertex_disjoint_paths", static_cast<double>(vertex_disjoint_paths(topology))},
                            {"cut_layer", flow.value == 0 ? none : MetricValue(static_cast<double>(cut))},
                            {"bottleneck_layer", bottleneck ? MetricValue(static_cast<double>(*bottleneck)) : none}}};
    for (const std::size_t edges : flow.cut_edges) {
        result.layers.emplace_back(MetricValue::Fields{{"min_cut_edges", static_cast<double>(edges)}});
    }
    return result;
}

}  // namespace espalier::topology
