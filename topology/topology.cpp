#include <espalier/topology/topology.hpp>

namespace espalier::topology {

std::size_t edges(const Topology& topology) {
    std::size_t total = 0;
    for (const Layer& layer : topology.layers) total += layer.pattern.edges();
    return total;
}

double density(const Topology& topology) {
    std::size_t positions = 0;
    for (const Layer& layer : topology.layers) positions += layer.pattern.positions();
    return static_cast<double>(edges(topology)) / static_cast<double>(positions);
}

}  // namespace espalier::topology
