#pragma once

#include <cstdint>
#include <vector>

namespace espalier::topology {

/// A directed graph with whole capacities, and its maximum flow.
///
///     FlowNetwork network(4);
///     network.add_edge(0, 1, 2);
///     ...
///     network.solve(0, 3);
class FlowNetwork {
  public:
    using Vertex = std::uint32_t;
    using Capacity = std::int64_t;
    /// A directed edge.
    struct Edge {
        Vertex from;
        Vertex to;
        Capacity capacity;
    };

    /// So many vertices, and no edges.
    explicit FlowNetwork(std::size_t vertices) : vertices_(vertices) {}

    /// Room for so many edges, where their number is known.
    void reserve(std::size_t edges) { edges_.reserve(edges); }
    /// @param from, to  vertices
    /// @param capacity  not negative
    void add_edge(Vertex from, Vertex to, Capacity capacity) { edges_.push_back({from, to, capacity}); }
    /// In the order they were added.
    const std::vector<Edge>& edges() const { return edges_; }

    /// A maximum flow, and the minimum cut that shows that it is one.
    struct Flow {
        Capacity value = 0;
        /// [vertices] 1 on the source's side of the minimum cut nearest to the source, which is the same for every
        /// maximum flow.
        std::vector<char> source_side;
    };

    /// @param source, sink  different vertices
    /// Cost: Boykov and Kolmogorov's search trees, O(vertices^2 * edges * flow) at worst and close to linear on layered
    /// graphs; about 100 bytes per edge.
    /// Source: Boykov and Kolmogorov, "An experimental comparison of min-cut/max-flow algorithms", PAMI 26 (2004).
    Flow solve(Vertex source, Vertex sink) const;

  private:
    std::size_t vertices_;
    std::vector<Edge> edges_;
};

}  // namespace espalier::topology
