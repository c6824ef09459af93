#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <espalier/topology/files/stored_network.hpp>

namespace espalier::topology {

enum class WeightSide { outputs, inputs };

/// A side of a weight layer that a group's units are. Unit u of the side is the outputs, or inputs, u*block ...
/// (u+1)*block - 1.
struct WeightUse {
    std::size_t layer;  ///< position in the topology
    WeightSide side;
    std::size_t block;  ///< inputs a unit: places of a kernel, pixels of a flattened map; of outputs always 1
    /// Of each unit of the group the unit of the side that it is.
    std::vector<std::uint32_t> units = {};
};

/// A layer's array that has `block` numbers for each output of a layer, side by side, some of them a group's units.
struct ParameterUse {
    std::size_t parameter;  ///< position in StoredNetwork::parameters
    std::size_t block;
    std::vector<std::uint32_t> units = {};  ///< as WeightUse::units
};

/// Hidden units that can change places without changing what the network computes, if everything that belongs to them
/// moves along: their weights in and out, biases, statistics, parameters of activations. All uses of a group share one
/// permutation; a residual stream is a group that several layers write and read.
struct UnitGroup {
    std::string name;  ///< the first layer whose outputs the units are; "<name> (16 of 32)" where not all are
    std::size_t size = 0;
    std::vector<WeightUse> weights;  ///< outputs first
    std::vector<ParameterUse> parameters;
};

/// The groups of a network, in the order of the layers that write to them. Inputs and outputs of the network are in no
/// group.
///
/// What feeds a layer (Layer::fed_by) is added unit by unit, so that all that writes to a residual stream is tied.
/// Feeders of fewer units than the widest are in the middle of the stream, as shortcuts without parameters put them (He
/// et al. 2016, option A): units that are in all of its stages are one group, those that come with a stage another. A
/// depthwise convolution's outputs are the units that it takes. Units of other grouped convolutions stay where they
/// are.
///
/// Arrays of a layer with a mask belong to its outputs. Those of a layer without one ("001_srelu1") belong to the units
/// of the last weight layer whose number is smaller. An array of one number is the whole layer's and does not move.
///
/// @throws FormatError where a layer cannot take what feeds it, or what feeds it is not there; an array's length is no
///         multiple of its layer's outputs; a layer without a mask has no number that tells its place; naming layer,
///         array and both sizes
/// Cost: O(layers * parameters + units * feeders).
std::vector<UnitGroup> unit_groups(const StoredNetwork& network);

/// Some units of a layer's side.
struct SideUnits {
    std::optional<std::size_t> group;  ///< none: they stay where they are
    std::vector<std::uint32_t> units;  ///< in the group's order
};

/// What the sides of one weight layer are, each unit once.
struct LayerUnits {
    std::vector<SideUnits> outputs;
    std::vector<SideUnits> inputs;
    std::size_t block = 1;  ///< columns a unit of the inputs

    /// Whether any of them can move.
    bool can_move() const;
};

/// The same seen from the layers: [layers].
/// @throws FormatError where one group is both sides of a layer: no linear assignment places such units
std::vector<LayerUnits> layer_units(const std::vector<UnitGroup>& groups, const Topology& topology);

}  // namespace espalier::topology
