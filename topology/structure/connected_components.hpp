#pragma once

#include <cstdint>
#include <vector>

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Connected components of the layer's bipartite graph that hold at least one edge: dead neurons are no components.
/// Cost: O(edges + neurons), nearly. Source: definitions.md 6.24.
std::size_t connected_components(const Pattern& pattern);

/// Neurons of each such component, largest first.
std::vector<std::uint64_t> component_sizes(const Pattern& pattern);

/// Metric `connected_components`.
MetricValue connected_components_metric(const Layer& layer);

/// Metric `components`: `{count, largest, giant_fraction, isolated, sizes}`. `largest` is the neurons of the largest
/// component, `giant_fraction` their share of all neurons, dead ones too, `isolated` the dead neurons of both sides,
/// `sizes` how many neurons each component has, largest first. Undefined without neurons. Source: definitions.md 6.24.
MetricValue components_metric(const Layer& layer);

}  // namespace espalier::topology
