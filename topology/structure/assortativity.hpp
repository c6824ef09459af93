#pragma once

#include <optional>

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Pearson correlation, over the edges, of the degrees of their two ends: above 0 where well connected inputs meet well
/// connected outputs. None where the degrees of a side do not vary over the edges. O(edges).
///
/// Inputs are correlated with outputs, as definitions.md 6.8 has it. Newman's coefficient ("Mixing patterns in
/// networks", 2003; NetworkX, igraph) counts each edge in both directions, so that a difference between the sides' mean
/// degrees enters as negative correlation.
std::optional<double> assortativity(const Pattern& pattern);

/// Metric `assortativity`.
MetricValue assortativity_metric(const Layer& layer);

}  // namespace espalier::topology
