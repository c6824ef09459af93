#pragma once

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Metric `delta_s`: as `ramanujan_gap` with the bound 2 sqrt(sigma_1 - 1), which takes the largest singular value for
/// the degree: `{bound, gap, normalized}`. Undefined where a mean degree is below 3.
/// Source: Pal et al., "A study on the Ramanujan graph property of winning lottery tickets", ICML 2022;
/// definitions.md 6.9.
MetricValue delta_s_metric(const Layer& layer);

}  // namespace espalier::topology
