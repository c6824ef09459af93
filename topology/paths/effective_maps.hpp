#pragma once

#include <vector>

#include <espalier/topology/paths/scaled_number.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// What is on a path from a pixel of the input to an output, and how many such paths there are.
struct MapPaths {
    std::vector<std::vector<char>> edges;  ///< [layers][kept weights] whether some path uses it
    ScaledNumber paths;
};

/// Paths through the maps of a network (Topology::maps): a weight of a convolution joins an input pixel to an output
/// pixel wherever its place of the window meets one, so that strides, paddings and the size of maps count. Maxima and
/// means join all pixels of a window; activations, normalisations and biases are no part; additions add.
///
/// What is effective here is effective on the graph of channels, never the other way round.
/// @throws FormatError where the sizes of maps are not known, layers were left out or are mapped (`--conv` other than
///         unrolled), or maps and layers do not go together
/// Cost: O(kept weights x output pixels) time; 17 bytes a number of all maps.
/// Source: Pham et al., "Towards data-agnostic pruning at initialization: what makes a good sparse mask?", NeurIPS
/// 2023; definitions.md 6.16.
MapPaths paths_through_maps(const Topology& topology);

}  // namespace espalier::topology
