#pragma once

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Metric `cheeger`: `{lower, upper, spectral_gap}` with spectral_gap = 1 - s_2, s_2 the second singular value of the
/// normalised biadjacency (dead neurons apart): 0 exactly where the graph is disconnected.
///
/// The conductance h of the graph, the least share of edge ends that a cut through it severs, lies between
/// lower = spectral_gap / 2 and upper = sqrt(2 spectral_gap); `conductance` gives a cut.
/// Undefined without edges.
/// Cost: see leading_singular_values. Source: Chung, "Spectral graph theory", 1997, chapter 2; definitions.md 6.13.
MetricValue cheeger_metric(const Layer& layer);

}  // namespace espalier::topology
