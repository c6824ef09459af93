#pragma once

#include <span>

#include <espalier/topology/registry.hpp>

namespace espalier::topology {

/// Share of all paths from input to output that lead through each neuron [levels][neurons]; level 0 are the network's
/// inputs, level k + 1 the outputs of layer k. Every level sums to 1, since each path passes it once. Empty where there
/// is no path.
///
/// Convolutions are counted on the channel graph (chained_network.hpp).
/// @throws FormatError where the layers do not chain
/// Cost: O(edges + neurons); no depth overflows it. Source: definitions.md 6.17; it is the stress
/// centrality of paths that all have the same length.
std::vector<std::vector<double>> path_centrality(const Topology& topology);

/// How unevenly shares that sum to 1 are spread.
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
/// the outputs of the layer before; of a network the means of all but top.
MetricResult path_centrality_metric(const Topology& topology, const Settings&);

}  // namespace espalier::topology
