#pragma once

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Connected components of the layer's bipartite graph that hold at least one edge: dead neurons are no components.
/// Cost: O(edges + neurons). Source: methods.md 6.4.
std::size_t connected_components(const Pattern& pattern);

/// Metric `connected_components`.
MetricValue connected_components_metric(const Layer& layer);

}  // namespace espalier::topology
