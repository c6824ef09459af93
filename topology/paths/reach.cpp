#include <algorithm>

#include <espalier/topology/paths/reach.hpp>

namespace espalier::topology {

Reach find_reach(const LayerGraph& graph, bool biases) {
    const auto either = [](char& reached, char other) { reached = static_cast<char>(reached | other); };
    const auto start_here = [&](std::vector<char>& outputs) {
        if (biases) std::ranges::fill(outputs, 1);
    };
    return {sweep_forwards<char>(graph, 1, either, start_here), sweep_backwards<char>(graph, 1, either)};
}

}  // namespace espalier::topology
