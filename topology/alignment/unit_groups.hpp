#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <espalier/topology/files/stored_network.hpp>

namespace espalier::topology {

enum class WeightSide { outputs, inputs };

/// A side of a weight layer that a group's units are. Unit u is the outputs, or inputs, u*block ... (u+1)*block - 1.
struct WeightUse {
    std::size_t layer;  ///< position in the topology
    WeightSide side;
    std::size_t block;  ///< inputs a unit: places of a kernel, pixels of a flattened map; of outputs always 1
};

/// A layer's array that has `block` numbers for each unit of a group, side by side.
struct ParameterUse {
    std::size_t parameter;  ///< position in StoredNetwork::parameters
    std::size_t block;
};

/// Hidden units that can change places without changing what the network computes, if everything that belongs to them
/// moves along: their weights in and out, biases, statistics, parameters of activations. All uses of a group share one
/// permutation; a residual stream is a group that several layers write and read.
struct UnitGroup {
    std::string name;  ///< the layer whose outputs the units are
    std::size_t size = 0;
    std::vector<WeightUse> weights;
    std::vector<ParameterUse> parameters;
};

/// The groups of a chain of layers, first layer first: the units behind each weight layer but the last. Inputs and
/// outputs of the network are in no group.
///
/// Arrays of a layer with a mask belong to its outputs. Those of a layer without one ("001_srelu1") belong to the units
/// of the last weight layer whose number is smaller. An array of one number is the whole layer's and does not move.
///
/// @throws FormatError where layers do not chain (chain.hpp), an array's length is no multiple of its group's size, or
///         a layer without a mask has no number that tells its place; naming layer, array and both sizes
/// Cost: O(layers * parameters).
std::vector<UnitGroup> unit_groups(const StoredNetwork& network);

/// What the sides of one weight layer are: groups, or none where units stay where they are.
struct LayerUnits {
    std::optional<std::size_t> outputs;
    std::optional<std::size_t> inputs;
    std::size_t block = 1;  ///< inputs a unit of that group
};

/// The same seen from the layers: [layers].
/// @throws FormatError where one group is both sides of a layer: no linear assignment places such units
std::vector<LayerUnits> layer_units(const std::vector<UnitGroup>& groups, const Topology& topology);

}  // namespace espalier::topology
