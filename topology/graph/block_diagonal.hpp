#pragma once

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// A grouped convolution as the graph of all its input channels, [out, in, kh, kw], with Layer::blocks instead of
/// Layer::groups; any other layer as it is.
/// @throws FormatError where the outputs are no multiple of the groups
Layer block_diagonal(const Layer& layer);

/// The same of every layer of a network.
Topology block_diagonal(Topology topology);

}  // namespace espalier::topology
