#include <espalier/topology/paths/reach.hpp>

namespace espalier::topology {

Reach find_reach(const ChainedNetwork& network, bool biases) {
    const std::size_t levels = network.levels();
    Reach reach{std::vector<std::vector<char>>(levels), std::vector<std::vector<char>>(levels)};
    if (levels == 0) return reach;
    const auto spread = [](char& reached, char other, std::size_t) { reached = static_cast<char>(reached | other); };
    reach.from_input[0].assign(network.width(0), 1);
    for (std::size_t k = 0; k < network.layers(); ++k) {
        reach.from_input[k + 1] =
            biases ? std::vector<char>(network.width(k + 1), 1) : network.forwards(k, reach.from_input[k], spread);
    }
    reach.to_output[levels - 1].assign(network.width(levels - 1), 1);
    for (std::size_t k = network.layers(); k-- > 0;) {
        reach.to_output[k] = network.backwards(k, reach.to_output[k + 1], spread);
    }
    return reach;
}

}  // namespace espalier::topology
