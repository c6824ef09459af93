#include <boost/graph/connected_components.hpp>

#include <espalier/topology/bipartite_graph.hpp>
#include <espalier/topology/connected_components.hpp>

namespace espalier::topology {

std::size_t connected_components(const Pattern& pattern) {
    const BipartiteGraph graph(pattern);
    std::vector<std::size_t> component(graph.vertices());
    std::size_t count = boost::connected_components(graph, component.data());
    for (std::size_t vertex = 0; vertex < graph.vertices(); ++vertex) {
        if (graph.neighbours(vertex).empty()) --count;
    }
    return count;
}

MetricValue connected_components_metric(const Layer& layer) {
    return static_cast<double>(connected_components(layer.pattern));
}

}  // namespace espalier::topology
