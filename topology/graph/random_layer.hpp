#pragma once

#include <espalier/base/random/random.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// As many edges as the layer has, every set of positions equally likely, and its weights, where known, dealt to them
/// at random. Name and shape are the layer's.
/// Cost: O(edges log edges).
Layer random_layer_like(const Layer& layer, Stream& stream);

}  // namespace espalier::topology
