#include <numeric>

#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/property_map/function_property_map.hpp>

#include <espalier/topology/paths/flow_network.hpp>

namespace espalier::topology {
namespace {

using Vertex = FlowNetwork::Vertex;
using Capacity = FlowNetwork::Capacity;
using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                                 boost::no_property, Vertex, std::size_t>;
using Arc = boost::graph_traits<Graph>::edge_descriptor;

/// Each edge there and back, sorted by where it starts, as the library wants flow graphs.
struct Arcs {
    std::vector<std::pair<Vertex, Vertex>> ends;
    std::vector<Capacity> capacity;
    std::vector<std::size_t> reverse;
};

Arcs arcs_of(std::size_t vertices, const std::vector<FlowNetwork::Edge>& edges) {
    std::vector<std::size_t> next(vertices + 1, 0);
    for (const auto& edge : edges) {
        ++next[edge.from + 1];
        ++next[edge.to + 1];
    }
    std::partial_sum(next.begin(), next.end(), next.begin());
    const std::size_t count = 2 * edges.size();
    Arcs arcs{std::vector<std::pair<Vertex, Vertex>>(count), std::vector<Capacity>(count, 0),
              std::vector<std::size_t>(count)};
    for (const auto& edge : edges) {
        const std::size_t there = next[edge.from]++;
        const std::size_t back = next[edge.to]++;
        arcs.ends[there] = {edge.from, edge.to};
        arcs.ends[back] = {edge.to, edge.from};
        arcs.capacity[there] = edge.capacity;
        arcs.reverse[there] = back;
        arcs.reverse[back] = there;
    }
    return arcs;
}

/// What the source still reaches by arcs that are not full.
std::vector<char> reached(const Graph& graph, const std::vector<Capacity>& residual, Vertex source) {
    std::vector<char> side(num_vertices(graph), 0);
    std::vector<Vertex> open = {source};
    side[source] = 1;
    while (!open.empty()) {
        const Vertex vertex = open.back();
        open.pop_back();
        for (auto [arc, end] = out_edges(vertex, graph); arc != end; ++arc) {
            const Vertex to = target(*arc, graph);
            if (side[to] != 0 || residual[get(boost::edge_index, graph, *arc)] == 0) continue;
            side[to] = 1;
            open.push_back(to);
        }
    }
    return side;
}

}  // namespace

FlowNetwork::Flow FlowNetwork::solve(Vertex source, Vertex sink) const {
    const Arcs arcs = arcs_of(vertices_, edges_);
    const Graph graph(boost::edges_are_sorted, arcs.ends.begin(), arcs.ends.end(), static_cast<Vertex>(vertices_));
    const auto index = get(boost::edge_index, graph);
    const auto reverse = boost::make_function_property_map<Arc>(
        [&](const Arc& arc) { return Arc(target(arc, graph), arcs.reverse[get(index, arc)]); });
    std::vector<Capacity> residual(arcs.capacity.size());
    std::vector<Arc> predecessor(vertices_);
    std::vector<boost::default_color_type> colour(vertices_);
    std::vector<std::size_t> distance(vertices_);
    const auto numbers = get(boost::vertex_index, graph);
    const Capacity value = boost::boykov_kolmogorov_max_flow(
        graph, boost::make_iterator_property_map(arcs.capacity.begin(), index),
        boost::make_iterator_property_map(residual.begin(), index), reverse,
        boost::make_iterator_property_map(predecessor.begin(), numbers),
        boost::make_iterator_property_map(colour.begin(), numbers),
        boost::make_iterator_property_map(distance.begin(), numbers), numbers, source, sink);
    return {value, reached(graph, residual, source)};
}

}  // namespace espalier::topology
