#pragma once

#include <espalier/topology/registry.hpp>

namespace espalier::topology {

/// How far the kernels of a layer are kept or dropped as a whole. For each input channel, of the sets of outputs that
/// its places (kernel positions, pixels of a flattened map) feed: size of the intersection of all over size of the
/// smallest. Mean over the channels in which every place feeds something; 0 where there is none.
///
/// @param channels  input channels, each the same number of inputs side by side; with one input a channel it is 1
/// @throws FormatError where the inputs are no whole multiple of the channels
/// Cost: O(edges + inputs). Source: definitions.md 6.23; Hoang et al., ICLR 2023 (code).
double channel_overlap(const Pattern& pattern, std::size_t channels);

/// Input channels of each layer: of a convolution by its shape, of a linear layer the outputs before it, of the first
/// layer, or where they do not chain, its inputs.
std::vector<std::size_t> input_channels(const Topology& topology);

/// Metric `channel_overlap`: of each layer; undefined without inputs.
MetricResult channel_overlap_metric(const Topology& topology, const Settings&);

}  // namespace espalier::topology
