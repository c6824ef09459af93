#pragma once

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Kept edges of a layer; of a network their sum.
MetricValue edges_metric(const Layer& layer);
MetricValue network_edges(const Topology& topology);

/// Kept share of a layer's possible edges, undefined where there are none. Of a network the share over all layers
/// together, which is the density that papers state (definitions.md 1.1), not the mean of the layers'.
MetricValue density_metric(const Layer& layer);
MetricValue network_density(const Topology& topology);

}  // namespace espalier::topology
