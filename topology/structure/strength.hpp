#pragma once

#include <vector>

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Sum of |weight| over the edges of every input: [inputs]. A layer with values; O(edges + inputs).
/// Source: definitions.md 6.7; input strength ranks features in Atashgahi et al., "Quick and robust feature selection",
/// Machine Learning 2022.
std::vector<double> input_strengths(const Layer& layer);
/// The same of every output: [outputs]. O(edges).
std::vector<double> output_strengths(const Layer& layer);

/// Metric `input_strength`: `{mean, min, max, std, gini}`; undefined where only the mask is known or there are no
/// inputs.
MetricValue input_strength_metric(const Layer& layer);
/// Metric `output_strength`: the same of outputs.
MetricValue output_strength_metric(const Layer& layer);

}  // namespace espalier::topology
