#pragma once

#include <vector>

#include <espalier/topology/registry.hpp>

namespace espalier::topology {

/// The part of the table of metrics that is about structure: how degrees are spread, components, cores, clustering,
/// betweenness (methods.md 6.1, 6.8).
std::vector<Metric> structure_metrics();

}  // namespace espalier::topology
