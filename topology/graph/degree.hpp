#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Statistics of the degrees on one side of a layer.
struct DegreeStatistics {
    double mean = 0;
    double min = 0;
    double max = 0;
    double std = 0;        ///< of the population: divided by the number of neurons
    std::size_t dead = 0;  ///< neurons without any edge
    double gini = 0;       ///< see inequality.hpp
    double entropy = 0;    ///< of the histogram: -sum p_k ln p_k, in nats
};

/// @param degrees  at least one
DegreeStatistics degree_statistics(std::span<const std::uint32_t> degrees);

/// histogram[d]: how many neurons have degree d; up to the largest degree.
std::vector<std::uint64_t> degree_histogram(std::span<const std::uint32_t> degrees);

/// Fan-out of every input: [inputs]. O(edges + inputs).
std::vector<std::uint32_t> input_degrees(const Pattern& pattern);
/// Fan-in of every output: [outputs]. O(outputs).
std::vector<std::uint32_t> output_degrees(const Pattern& pattern);

/// Metric `degree`: `{inputs: {mean, min, max, std, dead, variance, variation, gini, mean_nonzero, entropy, histogram},
/// outputs: {...}}`. `variation` is std / mean and `mean_nonzero` the mean over neurons that have edges, both undefined
/// without any edge; a side without neurons is undefined.
/// Source: definitions.md 6.5. A convolution's inputs are its (channel, row, column) places.
MetricValue degree_metric(const Layer& layer);

}  // namespace espalier::topology
