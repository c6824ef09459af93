#pragma once

#include <cstddef>
#include <vector>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Checks that the layers follow each other: the outputs of each are the inputs of the next.
///
/// One neuron or channel before a layer may be several inputs of it: the kh*kw places of its kernel in a convolution,
/// the pixels of its feature map in a linear layer after flattening. They lie side by side (methods.md 1.4): neuron j
/// is inputs j*block ... (j+1)*block - 1.
///
/// @return  for each layer its block: inputs a neuron before it; of the first layer kh*kw (1 where it is linear)
/// @throws  FormatError naming both layers and their widths where a layer's inputs are no whole multiple of the outputs
///          before it, or a convolution's input channels are not as many as these
/// Cost: O(layers).
std::vector<std::size_t> require_chain(const Topology& topology);

}  // namespace espalier::topology
