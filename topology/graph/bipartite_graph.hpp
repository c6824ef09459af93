#pragma once

#include <cstdint>

#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <boost/property_map/property_map.hpp>

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::topology {

/// What the library's algorithms may ask of a BipartiteGraph.
struct BipartiteTraversal : boost::incidence_graph_tag, boost::vertex_list_graph_tag {};

/// One layer as an undirected graph of the Boost Graph Library (IncidenceGraph, VertexListGraph): nothing is copied but
/// the transpose. Vertices 0 .. inputs-1 are the inputs, inputs .. inputs+outputs-1 the outputs, whether they have
/// edges or not.
///
///     std::vector<std::size_t> component(num_vertices(graph));
///     boost::connected_components(graph, component.data());
///
/// Holds a reference to the pattern.
class BipartiteGraph {
  public:
    using Vertex = std::size_t;
    struct Edge {
        Vertex from = 0;
        Vertex to = 0;
        friend bool operator==(const Edge&, const Edge&) = default;
    };

    /// The edges of one vertex, each leading away from it.
    class OutEdges : public boost::iterator_facade<OutEdges, Edge, std::random_access_iterator_tag, Edge> {
      public:
        OutEdges() = default;
        /// @param from       the vertex that they lead away from
        /// @param neighbour  where the numbers of its neighbours lie
        /// @param shift      what is added to such a number to make it a vertex
        OutEdges(Vertex from, const std::uint32_t* neighbour, Vertex shift)
            : from_(from), neighbour_(neighbour), shift_(shift) {}

      private:
        friend class boost::iterator_core_access;
        Edge dereference() const { return {from_, *neighbour_ + shift_}; }
        bool equal(const OutEdges& other) const { return neighbour_ == other.neighbour_; }
        void increment() { ++neighbour_; }
        void decrement() { --neighbour_; }
        void advance(std::ptrdiff_t steps) { neighbour_ += steps; }
        std::ptrdiff_t distance_to(const OutEdges& other) const { return other.neighbour_ - neighbour_; }

        Vertex from_ = 0;
        const std::uint32_t* neighbour_ = nullptr;
        Vertex shift_ = 0;
    };

    /// @param layer  [outputs x inputs]; must outlive the graph
    explicit BipartiteGraph(const Pattern& layer) : layer_(layer), fed_(layer.transposed()) {}

    /// Inputs: the first vertices.
    std::size_t inputs() const { return layer_.cols(); }
    /// Inputs and outputs.
    std::size_t vertices() const { return layer_.cols() + layer_.rows(); }
    /// Whether the vertex is an input; else it is an output.
    bool is_input(Vertex vertex) const { return vertex < inputs(); }
    /// Of an input the outputs it feeds, of an output its inputs, each counted from 0; ascending.
    std::span<const std::uint32_t> neighbours(Vertex vertex) const {
        return is_input(vertex) ? fed_.row(vertex) : layer_.row(vertex - inputs());
    }

  private:
    const Pattern& layer_;
    Pattern fed_;
};

/// Of the concept VertexListGraph.
inline std::size_t num_vertices(const BipartiteGraph& graph) {
    return graph.vertices();
}

/// Of the concept VertexListGraph: from 0 on.
inline std::pair<boost::counting_iterator<std::size_t>, boost::counting_iterator<std::size_t>> vertices(
    const BipartiteGraph& graph) {
    return {boost::counting_iterator<std::size_t>(0), boost::counting_iterator<std::size_t>(graph.vertices())};
}

/// Of the concept IncidenceGraph. O(1).
inline std::pair<BipartiteGraph::OutEdges, BipartiteGraph::OutEdges> out_edges(std::size_t vertex,
                                                                               const BipartiteGraph& graph) {
    const auto neighbours = graph.neighbours(vertex);
    const std::size_t shift = graph.is_input(vertex) ? graph.inputs() : 0;
    return {{vertex, neighbours.data(), shift}, {vertex, neighbours.data() + neighbours.size(), shift}};
}

/// Of the concept IncidenceGraph. O(1).
inline std::size_t out_degree(std::size_t vertex, const BipartiteGraph& graph) {
    return graph.neighbours(vertex).size();
}
/// Where an edge comes from, as seen from the vertex it was asked of.
inline std::size_t source(const BipartiteGraph::Edge& edge, const BipartiteGraph&) {
    return edge.from;
}
/// Where an edge leads.
inline std::size_t target(const BipartiteGraph::Edge& edge, const BipartiteGraph&) {
    return edge.to;
}
/// Vertices are numbers already.
inline boost::identity_property_map get(boost::vertex_index_t, const BipartiteGraph&) {
    return {};
}

}  // namespace espalier::topology

namespace boost {

template <>
struct graph_traits<espalier::topology::BipartiteGraph> {
    using vertex_descriptor = std::size_t;
    using edge_descriptor = espalier::topology::BipartiteGraph::Edge;
    using directed_category = undirected_tag;
    using edge_parallel_category = disallow_parallel_edge_tag;
    using traversal_category = espalier::topology::BipartiteTraversal;
    using vertex_iterator = counting_iterator<std::size_t>;
    using out_edge_iterator = espalier::topology::BipartiteGraph::OutEdges;
    using vertices_size_type = std::size_t;
    using degree_size_type = std::size_t;
    /// No vertex.
    static vertex_descriptor null_vertex() { return ~std::size_t{0}; }
};

template <>
struct property_map<espalier::topology::BipartiteGraph, vertex_index_t> {
    using type = identity_property_map;
    using const_type = identity_property_map;
};

}  // namespace boost
