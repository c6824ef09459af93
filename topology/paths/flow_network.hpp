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
    struct Edge {
        Vertex from;
        Vertex to;
        Capacity capacity;
    };

    explicit FlowNetwork(std::size_t vertices) : vertices_(vertices) {}

    void reserve(std::size_t edges) { edges_.reserve(edges); }
    void add_edge(Vertex from, Vertex to, Capacity capacity) { edges_.push_back({from, to, capacity}); }
    const std::vector<Edge>& edges() const { return edges_; }

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
