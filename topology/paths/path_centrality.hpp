#pragma once

#include <span>

#include <espalier/topology/graph/layer_graph.hpp>
#include <espalier/topology/registry.hpp>

namespace espalier::topology {

/// Share of all paths from input to output that lead through each neuron on both sides of each layer; of the inputs of
/// a layer those that go on through it. In a chain every side sums to 1, since each path passes it once; in a residual
/// network to the share of the paths that do not go past the layer. Empty where there is no path.
///
/// Convolutions are counted on the channel graph (layer_graph.hpp).
/// @throws FormatError as LayerGraph
/// Cost: O(edges + neurons); no depth overflows it. Source: definitions.md 6.17; it is the stress
/// centrality of paths that all have the same length.
Swept<double> path_centrality(const Topology& topology);

/// How unevenly shares that sum to at most 1 are spread.
struct ShareSummary {
    double max = 0;
    double mean = 0;      ///< 1 / neurons
    double gini = 0;      ///< 0: all equal; 1 - 1/neurons: all in one
    double entropy = 0;   ///< natural logarithm; log(neurons) where all are equal
    std::size_t top = 0;  ///< the neuron with the largest share, the first of equals
};
/// @param shares  at least one
ShareSummary summarise_shares(std::span<const double> shares);

/// Metric `path_centrality`: `{inputs: {max, mean, gini, entropy, top}, outputs: {...}}` of a layer, its inputs being
/// in a chain the outputs of the layer before; of a network the means of all but top.
MetricResult path_centrality_metric(const Topology& topology, const Settings&);

}  // namespace espalier::topology
