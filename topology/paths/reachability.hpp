#pragma once

#include <espalier/topology/registry.hpp>

namespace espalier::topology {

/// Receptive field of every neuron: how many of the network's inputs (features, or channels where the first layer is a
/// convolution) reach it [layers][outputs].
///
/// @throws FormatError as LayerGraph
/// Cost: O(edges * inputs / 64) time, inputs dealt to threads in blocks of 512; 64 bytes per neuron and thread.
/// Source: definitions.md 6.21.
std::vector<std::vector<std::uint32_t>> receptive_inputs(const Topology& topology);

/// Metric `reachability`: `{mean, min, max, share}` over the outputs of each layer of the number of inputs that reach
/// them, share = mean / inputs; of a network those of its outputs. Undefined without outputs.
MetricResult reachability_metric(const Topology& topology, const Settings&);

}  // namespace espalier::topology
