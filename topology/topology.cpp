#include <espalier/topology/topology.hpp>

namespace espalier::topology {

std::size_t edges(const Topology& topology) {
    std::size_t total = 0;
    for (const Layer& layer : topology.layers) total += layer.pattern.edges();
    return total;
}

std::size_t positions(const Layer& layer) {
    return layer.pattern.positions() / layer.blocks;
}

std::size_t positions(const Topology& topology) {
    std::size_t total = 0;
    for (const Layer& layer : topology.layers) total += positions(layer);
    return total;
}

double density(const Topology& topology) {
    return static_cast<double>(edges(topology)) / static_cast<double>(positions(topology));
}

}  // namespace espalier::topology
