#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Which matrix of a layer is meant.
enum class SpectrumOf {
    pattern,           ///< 0 and 1
    weights,           ///< with their signs
    absolute_weights,  ///< |w|
};

/// The largest layer whose full spectrum is computed, dead neurons apart: min(inputs, outputs), and inputs x outputs.
inline constexpr std::size_t most_singular_values = 2048;
inline constexpr std::size_t most_dense_positions = std::size_t{1} << 25;

/// All min(inputs, outputs) singular values of a layer, descending; dead neurons give zeros.
///
/// LAPACK's dense decomposition (dgesdd, through Armadillo) of the matrix without its dead neurons, on one thread.
/// Accuracy: about 1e-15 sigma_1 absolutely.
/// @param values  one per edge, finite; none: ones
/// @throws ConfigError above the limits, with what to ask for instead; NumericError where LAPACK does not converge
/// Cost: O(inputs outputs min(inputs, outputs)) time, 8 inputs outputs bytes.
std::vector<double> singular_values(const Pattern& pattern, std::span<const double> values = {});

/// A layer above the limits, or without the weights that are asked for: why; else nothing.
std::optional<std::string> why_no_spectrum(const Layer& layer, SpectrumOf matrix);

/// Metric `singular_values`: the list. The mean over layers of one length is that of each place in the list.
MetricValue singular_values_metric(const Layer& layer, SpectrumOf matrix = SpectrumOf::pattern);

/// Metric `effective_rank`: exp of the entropy of sigma / sum of sigma, in nats: k where k singular values are equal
/// and the others 0. Undefined where all are 0. Source: Roy and Vetterli, "The effective rank", EUSIPCO 2007.
MetricValue effective_rank_metric(const Layer& layer, SpectrumOf matrix = SpectrumOf::pattern);

/// Metric `numerical_rank`: singular values above max(inputs, outputs) x 2^-52 x sigma_1, as NumPy's matrix_rank has
/// it.
MetricValue numerical_rank_metric(const Layer& layer, SpectrumOf matrix = SpectrumOf::pattern);

/// Metric `spectral_norm`: sigma_1, of layers of any size; see leading_singular_values. 0 without edges.
MetricValue spectral_norm_metric(const Layer& layer, SpectrumOf matrix = SpectrumOf::pattern);

}  // namespace espalier::topology
