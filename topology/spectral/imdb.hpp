#pragma once

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Metric `imdb`, the iterative mean difference of bound: means of the gaps of `ramanujan_gap` and `delta_s`, and of
/// both normalised, over the left-regular subgraphs: for each degree shared by at least 3 inputs, these inputs and the
/// outputs they reach. Beside them the number of subgraphs and their largest and mean expansion ratio.
///
/// Subgraphs count where degree and mean degree of the outputs are at least 3; undefined where none does.
/// Cost: leading_singular_values of each subgraph; all together they have the layer's edges.
/// Source: Hoang et al., ICLR 2023, section 3; definitions.md 6.10. The 3 of "at least 3 inputs" is the program's,
/// where a parameter named minimum degree is compared with the number of nodes.
MetricValue imdb_metric(const Layer& layer);

/// The mean over the layers where it is defined, and `defined_fraction`: the share of these layers.
MetricValue network_imdb(const std::vector<MetricValue>& layers);

}  // namespace espalier::topology
