#pragma once

#include <vector>

#include <espalier/topology/graph/neuron_graph.hpp>
#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/registry.hpp>

namespace espalier::topology {

struct BetweennessOptions {
    std::size_t samples = 0;  ///< sources, drawn without replacement; 0: all, which is exact
    std::uint64_t seed = 0;
};

/// Betweenness of every neuron: over pairs of other neurons the share of their shortest paths that leads through it,
/// divided by the number of such pairs, (n - 1)(n - 2) / 2 (0 for fewer than 3 neurons). As NetworkX has it.
///
/// With samples, sums over sources are multiplied by n / samples: unbiased, and with all neurons as samples exact.
///
/// Eight sources are followed at once, so that a level of all eight is one pass over the edges and the arithmetic is
/// that of vectors. O(sources * edges) at worst, an eighth of it with wide shallow layers; memory 512
/// bytes per neuron, and for each thread about 1 KB. Equal bits for any number of threads.
/// @throws NumericError where shortest paths are more than a double holds
/// Source: Brandes, "A faster algorithm for betweenness centrality", 2001; Brandes and Pich 2007 for samples;
/// definitions.md 6.27.
std::vector<double> betweenness(const NeuronGraph& graph, const BetweennessOptions& options = {});

/// Metric `betweenness`, settings `samples` and `seed`: of a layer `{inputs: {max, mean, gini, top}, outputs: {...}}`,
/// `top` the neuron of the largest value, the lowest of several; of the whole network, whose neurons are those of all
/// layers, `{max, mean, gini, top_level, top}`, level 0 the network's inputs, level k the outputs of its k-th layer.
/// Undefined for a side without neurons, and for a network whose layers do not chain.
MetricResult betweenness_metric(const Topology& topology, const Settings& settings);

}  // namespace espalier::topology
