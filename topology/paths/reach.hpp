#pragma once

#include <espalier/topology/graph/layer_graph.hpp>

namespace espalier::topology {

/// Which neurons a path from the network's input reaches, and from which one leads to its output: 1 or 0.
struct Reach {
    Swept<char> from_input;  ///< all of the network's inputs are reached
    Swept<char> to_output;   ///< all outputs of the last layer are output
};

/// One sweep forwards, one backwards.
/// @param biases  every neuron has a bias that starts paths of its own, so that all are reached (definitions.md 6.16)
/// Cost: O(edges + neurons).
Reach find_reach(const LayerGraph& graph, bool biases = false);

}  // namespace espalier::topology
