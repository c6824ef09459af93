#pragma once

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Metric `edges`: kept edges of a layer.
MetricValue edges_metric(const Layer& layer);
/// Metric `edges` of a network: the sum over its layers.
MetricValue network_edges(const Topology& topology);

/// Metric `density`: kept share of a layer's possible edges, undefined where there are none.
MetricValue density_metric(const Layer& layer);
/// Metric `density` of a network: the share over all layers together, which is the density that papers state
/// (definitions.md 1.1), not the mean of the layers'.
MetricValue network_density(const Topology& topology);

}  // namespace espalier::topology
