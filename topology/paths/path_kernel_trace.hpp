#pragma once

#include <espalier/topology/paths/scaled_number.hpp>
#include <espalier/topology/registry.hpp>

namespace espalier::topology {

/// Each layer's part of the trace of the path kernel: with S the sum over all paths from input to output of the product
/// of their squared weights, the sum over its edges of dS/d(w^2). The layers' parts add up to the trace.
///
/// Convolutions are taken on the channel graph (layer_graph.hpp).
/// @param topology  every layer with values
/// @throws FormatError as LayerGraph; NumericError where a weight is not finite
/// Cost: O(edges + neurons). Source: Patil and Dovrolis, "PHEW: constructing sparse networks that learn fast and
/// generalize well without training data", ICML 2021; definitions.md 6.18.
std::vector<ScaledNumber> path_kernel_trace(const Topology& topology);

/// Metric `path_kernel_trace`: each layer's part, and of a network their sum; undefined without weights, or where a
/// double cannot hold it.
MetricResult path_kernel_trace_metric(const Topology& topology, const Settings&);

}  // namespace espalier::topology
