#pragma once

#include <optional>

#include <espalier/topology/registry.hpp>

namespace espalier::topology {

/// Maximum flow from all inputs to all outputs of a network whose kept weights carry one unit each, and the cut that
/// limits it.
struct EdgeFlow {
    std::size_t value = 0;  ///< edge-disjoint paths (Menger), which is also the size of the smallest cut
    /// [layers] kept weights of the minimum cut nearest to the input, by the layer they lie in; they sum to value.
    std::vector<std::size_t> cut_edges;
};

/// Convolutions are taken on the channel graph (layer_graph.hpp): parallel weights of one kernel each carry a unit.
/// @throws FormatError as LayerGraph
/// Source: Ford and Fulkerson, "Maximal flow through a network", 1956; FlowNetwork::solve for the method and its cost.
EdgeFlow max_flow(const Topology& topology);

/// Most paths from input to output of which no two share a neuron, inputs and outputs included (Menger): the maximum
/// flow where each neuron carries one unit. At most the width of the narrowest layer.
std::size_t vertex_disjoint_paths(const Topology& topology);

/// The layer whose outputs are least effective: argmin of effective outputs over width, the first of equals. None
/// where no path leads through the network. Source: definitions.md 6.19.
std::optional<std::size_t> bottleneck_layer(const Topology& topology);

/// Metric `max_flow`: `{min_cut_edges}` of a layer, `{max_flow, vertex_disjoint_paths, cut_layer, bottleneck_layer}` of
/// a network. Layers are told by their place from 0; cut_layer is the one with most edges of the cut, the first of
/// equals.
MetricResult max_flow_metric(const Topology& topology, const Settings&);

}  // namespace espalier::topology
