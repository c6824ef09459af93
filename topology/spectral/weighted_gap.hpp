#pragma once

#include <optional>
#include <string>
#include <vector>

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Metric `weighted_gap`: `{gap, normalized}`, the spectral gap sigma_1 - sigma_2 of the layer's absolute weights, and
/// the same over sigma_1, which does not depend on their scale. Weights are not normalised otherwise.
///
/// Undefined where weights are not known or not finite, without edges, and `normalized` where all weights are 0.
/// Cost: see leading_singular_values. Source: Hoang et al., "Don't just prune by magnitude! Your mask topology is a
/// secret weapon", NeurIPS 2023; definitions.md 6.11.
MetricValue weighted_gap_metric(const Layer& layer);

/// Metric `imsg`, the iterative mean spectral gap: `{gap, normalized, subgraphs}`, the mean of weighted_gap over the
/// left-regular subgraphs of `imdb` (regular and valid by unweighted degrees). Undefined where there is none.
MetricValue imsg_metric(const Layer& layer);

/// |w| of every edge. Why not where the result is empty: `why_no_weights`.
std::vector<double> absolute_weights(const Layer& layer);

/// A layer without edges, without weights, or with one that is not finite: why; else nothing.
std::optional<std::string> why_no_weights(const Layer& layer);

}  // namespace espalier::topology
