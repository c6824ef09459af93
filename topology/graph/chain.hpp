#pragma once

#include <cstddef>
#include <vector>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Inputs of a layer that each of the `outputs` neurons or channels before it is: 1 where a linear layer follows them,
/// more where it follows their flattened maps, kh*kw where it is a convolution; 0 where the layer cannot follow them.
/// @param shape  of the layer: [out, in], [out, in, k] or [out, in, kh, kw]
std::size_t block_after(std::size_t outputs, const std::vector<std::size_t>& shape);

/// Whether each layer takes what the one before it in the list gives, and nothing else, as far as layers say
/// (Layer::fed_by).
bool is_unbranched(const Topology& topology);

/// Refuses a network whose layers do not each take what the one before them in the list gives (Layer::fed_by), as in a
/// residual network: there neither neurons nor paths carry on from one layer to the next.
/// @throws FormatError naming the layer and what feeds it
void require_unbranched(const Topology& topology);

/// Inputs of layer k that each neuron or channel which layer `before` gives is.
/// @throws FormatError naming both layers and their widths where k cannot take what `before` gives
std::size_t require_follows(const Topology& topology, std::size_t before, std::size_t k);

/// Checks that the layers follow each other: the outputs of each are the inputs of the next.
///
/// One neuron or channel before a layer may be several inputs of it: the kh*kw places of its kernel in a convolution,
/// the pixels of its feature map in a linear layer after flattening. They lie side by side (definitions.md 1.3): neuron
/// j is inputs j*block ... (j+1)*block - 1.
///
/// @return  for each layer its block: inputs a neuron before it; of the first layer kh*kw (1 where it is linear)
/// @throws  FormatError naming both layers and their widths where a layer's inputs are no whole multiple of the outputs
///          before it, or a convolution's input channels are not as many as these; as
///          require_unbranched
/// Cost: O(layers).
std::vector<std::size_t> require_chain(const Topology& topology);

}  // namespace espalier::topology
