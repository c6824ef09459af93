#pragma once

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Wide enough for the counts of any pattern: fewer than 2^62 pairs times 2^62 pairs.
__extension__ using BigCount = unsigned __int128;

/// Butterflies (`#C4`): two inputs and two outputs with all four edges between them; the sum over pairs of inputs of
/// C(common outputs, 2). Exact.
///
/// Wedges are walked from the end that comes last in an order of degrees, over neighbours that come before it, so that
/// a hub is not walked from each of its neighbours: O(sum over edges of the smaller degree). Memory O(neurons) for each
/// of at most 64 runs of neurons, which are dealt to threads.
/// Source: Wang et al., "Vertex priority based butterfly counting for large-scale bipartite networks", VLDB 2019;
/// definitions.md 6.26.
BigCount butterflies(const Pattern& pattern);

/// Metric `butterflies`: their number; above 2^53 the nearest double.
MetricValue butterflies_metric(const Layer& layer);

}  // namespace espalier::topology
