#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/topology/generators/rewiring.hpp>
#include <espalier/topology/registry.hpp>

namespace espalier::topology {

struct NullModelOptions {
    std::size_t samples = 20;  ///< rewired networks, at least 2
    std::uint64_t seed = 0;
    std::uint64_t swaps = usual_swaps;  ///< see rewired()
};

/// A metric with its settings, which live elsewhere.
struct MetricRequest {
    const Metric* metric;
    const Settings* settings;
};

/// Metrics of a network against networks with the same degrees: every layer rewired on its own, see rewired().
///
/// One result a request, of the same layers; each value is `{samples, z, mean, sd}`, where z, mean and sd have the form
/// of the metric's own value: a number, a list, or the same fields.
///
///     z = (value - mean) / sd        sd of the sample: divided by samples - 1
///
/// Undefined is z where sd is 0, as of all that follows from degrees; a spread below 1e-9 of the largest value is
/// rounding and counts as 0. Rewired networks in which a value is undefined do not count; with fewer than two left,
/// mean, sd and z are undefined.
///
/// Samples are dealt to threads. Sample s of layer l draws from a stream named by (seed, l, s): results depend on the
/// seed alone, and all metrics see the same networks.
/// What is undefined in all of the network is not measured, and as undefined, for the same reason, in what is returned.
/// @param observed  what the requests have measured in the network itself, one a request
/// @throws ConfigError for fewer than 2 samples
/// Cost: `samples` times rewiring and measuring; one network a thread.
/// Source: definitions.md 6.29; Milo et al., "Network motifs", Science 2002.
std::vector<MetricResult> against_null_model(std::span<const MetricRequest> requests,
                                             std::span<const MetricResult> observed, const Topology& topology,
                                             const NullModelOptions& options);

/// The same of one value, from those of the rewired networks.
MetricValue null_statistics(const MetricValue& observed, const std::vector<const MetricValue*>& samples);

}  // namespace espalier::topology
