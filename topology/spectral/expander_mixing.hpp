#pragma once

#include <cstddef>
#include <cstdint>

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

struct MixingOptions {
    std::size_t pairs = 1000;
    std::uint64_t seed = 0;
};

/// Metric `expander_mixing`: how near random sets of neurons come to the bound of the bipartite mixing lemma,
///
///     max over pairs of |e(S,T) - n |S| |T| / (I O)| / (sigma_2 sqrt(|S| |T| (1 - |S|/I) (1 - |T|/O))),
///
/// S inputs and T outputs of random sizes, dead neurons apart. The lemma is one of biregular graphs: there the ratio is
/// at most 1. Elsewhere uneven degrees can take it above.
///
/// 0 for a complete graph, where both sides are 0. Undefined without edges, and where a side has fewer than two
/// neurons. Cost: see leading_singular_values, and O(edges + neurons) a pair; pairs are dealt to threads and draw from
/// streams of their own. Source: De Winter, Schillewaert and Verstraete, "Large incidence-free sets in geometries",
/// Electron. J. Combin. 19 (2012); definitions.md 6.14.
MetricValue expander_mixing_metric(const Layer& layer, const MixingOptions& options = {});

}  // namespace espalier::topology
