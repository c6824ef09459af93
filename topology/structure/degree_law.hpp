#pragma once

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/settings.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Metric `power_law`: `{inputs: {exponent, d_min, ks, tail, p_value, poisson, binomial}, outputs: {...}}`.
///
/// Whether the degrees of a side are scale-free, as SET claims of inputs: the fitted law (power_law.hpp), the
/// bootstrapped p-value of its fit (power_law_bootstrap.hpp; setting `bootstrap`), and ln likelihood ratios against
/// laws of random edges `{ratio, z, p_value}` (count_law.hpp), above 0 where the power law fits better. Neurons without
/// edges are left out. Undefined with fewer than `least_tail` neurons that have edges, or where all have equally many.
/// Source: Mocanu et al., "Scalable training of artificial neural networks with adaptive sparse connectivity", 2018,
/// for the claim; Clauset, Shalizi and Newman 2009 for the test; definitions.md 6.6.
MetricValue power_law_metric(const Layer& layer, const Settings& settings);

}  // namespace espalier::topology
