#pragma once

#include <cstdint>

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// A cut through a layer's graph, dead neurons apart.
struct SweepCut {
    double conductance = 0;     ///< severed edges over the edge ends of the side that has fewer of them
    std::size_t edges_cut = 0;  ///< severed
    std::size_t inputs = 0;     ///< neurons of that side
    std::size_t outputs = 0;
};

/// The best cut that the second singular vectors of the normalised biadjacency show: neurons are ordered by
/// (D_L^(-1/2) u_2, D_R^(-1/2) v_2), and each place in this order is a cut. Not the best of all cuts, but by Cheeger's
/// inequality at most sqrt(2 (1 - s_2)); 0 where the graph is disconnected.
///
/// Equal entries are ordered by number, inputs first; of equally good cuts the first counts.
/// @param pattern  at least one edge
/// Cost: leading_singular_triplets, and O(edges + neurons log neurons).
/// Source: Chung, "Spectral graph theory", 1997, chapter 2; definitions.md 6.13.
SweepCut sweep_cut(const Pattern& pattern);

/// Metric `conductance`: `{value, edges_cut, inputs, outputs}` of the sweep cut. Undefined without edges.
MetricValue conductance_metric(const Layer& layer);

}  // namespace espalier::topology
