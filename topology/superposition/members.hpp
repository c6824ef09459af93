#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <espalier/topology/files/stored_network.hpp>

/// Many tickets of one architecture into one (definitions.md 5.2 to 5.6). Everything here goes by masks and weights
/// alone, layer by layer on the flattened [out x in*kh*kw] patterns, so that convolutions are layers like any other.
namespace espalier::topology {

/// The members of a superposition; none is null.
using Members = std::span<const StoredNetwork* const>;

/// What every superposition needs: at least one member, all of one architecture, with weights, all numbers finite.
/// Other parameters (biases, slopes) are matched by their order; names must agree, sizes too.
/// @throws FormatError naming two members, the layer and both shapes, or the member and layer that has no weights;
/// NumericError naming member and layer of a number that is not finite
void require_members(Members members);

/// Which layers keep every weight in all members: no mask, dense_layers, or an Erdős–Rényi density of 1.
std::vector<bool> full_in_all(Members members);

/// The parts of one layer that members hold: layers_of(members, 2)[k] is layer 2 of member k.
std::vector<const Layer*> layers_of(Members members, std::size_t layer);

}  // namespace espalier::topology
