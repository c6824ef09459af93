#pragma once

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Metric `connectivity_bound`: sqrt(d_L - 1) + sqrt(d_R - 1) with mean degrees over *all* neurons, dead ones included.
/// Undefined where a mean degree is below 1.
/// Cost: O(1). Source: the program of Hoang et al., ICLR 2023.
MetricValue connectivity_bound_metric(const Layer& layer);

}  // namespace espalier::topology
