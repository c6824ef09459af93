#pragma once

#include <cstdint>
#include <vector>

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Core number of every neuron, inputs first: the largest k such that the neuron is in a sub-graph in which everyone
/// has k neighbours at least. O(edges + neurons).
/// Source: Batagelj and Zaversnik, "An O(m) algorithm for cores decomposition of networks", 2003; definitions.md 6.25.
std::vector<std::uint32_t> core_numbers(const Pattern& pattern);

/// Metric `k_core`: `{max, mean, histogram}`, histogram[k] the neurons of core number k. Undefined without neurons.
MetricValue k_core_metric(const Layer& layer);

}  // namespace espalier::topology
