#pragma once

#include <optional>

#include <espalier/topology/structure/butterflies.hpp>

namespace espalier::topology {

/// Paths of three edges (`#L3`): the sum over edges (i, j) of (d_i - 1)(e_j - 1). O(edges).
BigCount three_paths(const Pattern& pattern);

/// Share of the paths of three edges that a fourth closes, `4 #C4 / #L3`; none where there is no such path.
/// Source: Robins and Alexander, "Small worlds among interlocking directors", 2004; definitions.md 6.26.
std::optional<double> robins_alexander(const Pattern& pattern);

/// Mean over neurons of the mean Jaccard similarity of their neighbours with those of each neuron two edges away;
/// neurons that have none two edges away are left out, and no value where all are.
struct LocalClustering {
    std::optional<double> inputs;
    std::optional<double> outputs;
};
/// Source: Latapy, Magnien and Del Vecchio, "Basic notions for the analysis of large two-mode networks", 2008.
/// O(sum over edges of the degrees of their ends), neurons dealt to threads.
LocalClustering local_clustering(const Pattern& pattern);

/// Metric `clustering` (Robins and Alexander): robins_alexander(), undefined without a path of three edges.
MetricValue clustering_metric(const Layer& layer);
/// Metric `local_clustering` (Latapy et al.): `{inputs, outputs}` of local_clustering().
MetricValue local_clustering_metric(const Layer& layer);

}  // namespace espalier::topology
