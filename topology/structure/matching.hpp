#pragma once

#include <cstdint>
#include <vector>

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Edges of which no two share a neuron.
struct Matching {
    static constexpr std::uint32_t nobody = ~std::uint32_t{0};
    std::vector<std::uint32_t> partner_of_output;  ///< an input, or nobody
    std::size_t size = 0;
};

/// As many such edges as there can be; by König's theorem also the fewest neurons that touch every edge.
/// O(edges * sqrt(neurons)) at worst, after a greedy start that finds nearly all.
/// Source: Hopcroft and Karp, "An n^5/2 algorithm for maximum matchings in bipartite graphs", 1973.
Matching maximum_matching(const Pattern& pattern);

/// Metric `matching`: `{size, inputs_share, outputs_share}`, the shares of all neurons of a side that are matched. A
/// share below 1 is a bound on the rank any weights on this mask can have. A side without neurons has none.
MetricValue matching_metric(const Layer& layer);

}  // namespace espalier::topology
