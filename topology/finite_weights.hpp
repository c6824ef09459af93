#pragma once

#include <optional>
#include <string>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// The first weight that is no finite number: "the weight of output 1 from input 3 is NaN"; nothing where all are.
/// Cost: O(edges).
std::optional<std::string> weight_not_finite(const Layer& layer);

/// The same with the layer's name, of the first layer that has one.
std::optional<std::string> weight_not_finite(const Topology& topology);

/// @throws FormatError naming topology, layer and place
void require_finite_weights(const Topology& topology);

}  // namespace espalier::topology
