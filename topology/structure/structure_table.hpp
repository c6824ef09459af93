#pragma once

#include <vector>

#include <espalier/topology/registry.hpp>

namespace espalier::topology {

/// The part of the table of metrics that is about structure: how degrees are spread, components, cores, clustering,
/// betweenness (definitions.md 6.5 to 6.8, 6.24 to 6.28).
std::vector<Metric> structure_metrics();

}  // namespace espalier::topology
