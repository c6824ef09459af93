#pragma once

#include <memory>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/topology/graph/map_graph.hpp>

/// The sizes of maps in run files and topology files: attributes of a group for each node.
namespace espalier::topology {

/// Attributes image ([channels, height, width] of the output), where there is a window window (kernel, stride,
/// dilation, padding before and after of the rows, then of the columns), and ceil_mode where it is on.
void write_map(hdf5::Group& node, const MapNode& map);

/// Attribute image of the network's input.
void write_map_input(hdf5::Group& network, const MapImage& image);

/// A group of a file of its own for each node of a network: what write_map() writes, kind, and of what takes another
/// than the node before it inputs (names, one per line; an empty one: the network's input).
void write_maps(hdf5::Group& network, const MapGraph& maps);

/// The maps of a network whose nodes are groups of `nodes`, in the order of their names; nothing where `network` has
/// no attribute image.
/// @param network  the group with the attribute of the input
/// @throws FormatError where an attribute is no size, or names a node that is not before its own
std::shared_ptr<const MapGraph> read_maps(const hdf5::Group& network, const hdf5::Group& nodes);

}  // namespace espalier::topology
