#pragma once

#include <optional>

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// NODF, how far neighbours of neurons with few edges are among those of neurons with more, in [0, 1]: the mean, over
/// pairs of neurons of one side that both have edges, of the share of the smaller one's neighbours that the larger one
/// has too; pairs with equally many edges count 0.
struct Nestedness {
    std::optional<double> inputs;  ///< none where fewer than two inputs have edges
    std::optional<double> outputs;
    std::optional<double> both;  ///< over the pairs of both sides
};
/// Source: Almeida-Neto et al., "A consistent metric for nestedness analysis in ecological systems", Oikos 2008, where
/// it is a percentage and rows without any edge do count as pairs that are not nested; definitions.md 6.28. We leave
/// dead neurons out, so that nestedness and dead neurons are told apart.
/// Cost: O(sum over edges of the degrees of their ends), neurons dealt to threads.
Nestedness nestedness(const Pattern& pattern);

/// Metric `nestedness`: `{both, inputs, outputs}`.
MetricValue nestedness_metric(const Layer& layer);

}  // namespace espalier::topology
