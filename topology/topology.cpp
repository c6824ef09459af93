#include <espalier/topology/topology.hpp>

namespace espalier::topology {

std::size_t edges(const Topology& topology) {
    std::size_t total = 0;
    for (const Layer& layer : topology.layers) total += layer.pattern.edges();
    return total;
}

}  // namespace espalier::topology
