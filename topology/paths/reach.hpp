#pragma once

#include <vector>

#include <espalier/topology/graph/chained_network.hpp>

namespace espalier::topology {

/// Which neurons a path from the network's input reaches, and from which one leads to its output.
struct Reach {
    /// [levels][neurons], 1 or 0; all of level 0 are reached from the input, all of the last level reach the output.
    std::vector<std::vector<char>> from_input;
    std::vector<std::vector<char>> to_output;

    /// Whether an edge from a neuron of level k to one of level k + 1 lies on a path.
    bool is_on_path(std::size_t k, std::size_t neuron, std::size_t output) const {
        return from_input[k][neuron] != 0 && to_output[k + 1][output] != 0;
    }
};

/// One sweep forwards, one backwards.
/// @param biases  every neuron has a bias that starts paths of its own, so that all are reached (definitions.md 6.16)
/// Cost: O(edges + neurons).
Reach find_reach(const ChainedNetwork& network, bool biases = false);

}  // namespace espalier::topology
