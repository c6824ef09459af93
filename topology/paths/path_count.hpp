#pragma once

#include <boost/multiprecision/cpp_int.hpp>

#include <espalier/topology/graph/chained_network.hpp>
#include <espalier/topology/paths/scaled_number.hpp>

namespace espalier::topology {

/// Numbers of paths [levels][neurons].
using PathNumbers = std::vector<std::vector<ScaledNumber>>;

/// Of each neuron the paths from the network's inputs to it, 1 for an input. Cost: O(edges) time, O(neurons) memory.
PathNumbers paths_from_input(const ChainedNetwork& network);
/// Of each neuron the paths from it to the network's outputs, 1 for an output. Cost: as paths_from_input().
PathNumbers paths_to_output(const ChainedNetwork& network);

/// All paths from input to output, exact up to 2^53 and to the rounding of sums of doubles above.
/// @param biases  every neuron adds 1, as if a bias of 1 fed it: the program's number, which is no path count
/// Source: definitions.md 6.16; NPB (Pham et al., "Towards data-agnostic pruning at initialization", NeurIPS 2023).
ScaledNumber path_count(const LayerGraph& graph, bool biases = false);

/// The same in whole numbers of any size. Cost: O(edges * digits).
boost::multiprecision::cpp_int exact_path_count(const LayerGraph& graph, bool biases = false);

}  // namespace espalier::topology
