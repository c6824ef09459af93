#pragma once

#include <boost/multiprecision/cpp_int.hpp>

#include <espalier/topology/graph/layer_graph.hpp>
#include <espalier/topology/paths/scaled_number.hpp>

namespace espalier::topology {

/// Of each neuron on both sides of each layer the paths from the network's input to it, 1 for an input.
/// Cost: O(edges) time, O(neurons) memory.
Swept<ScaledNumber> paths_from_input(const LayerGraph& graph);
/// Of each neuron the paths from it to the network's outputs, 1 for an output; of the inputs of a layer those through
/// that layer. Cost: as paths_from_input().
Swept<ScaledNumber> paths_to_output(const LayerGraph& graph);

/// All paths from input to output, exact up to 2^53 and to the rounding of sums of doubles above.
/// @param biases  every neuron adds 1, as if a bias of 1 fed it: the program's number, which is no path count
/// Source: definitions.md 6.16; NPB (Pham et al., "Towards data-agnostic pruning at initialization", NeurIPS 2023).
ScaledNumber path_count(const LayerGraph& graph, bool biases = false);

/// The same in whole numbers of any size. Cost: O(edges * digits).
boost::multiprecision::cpp_int exact_path_count(const LayerGraph& graph, bool biases = false);

}  // namespace espalier::topology
