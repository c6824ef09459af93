#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <espalier/topology/graph/biadjacency.hpp>
#include <espalier/topology/spectral/conductance.hpp>
#include <espalier/topology/spectral/leading_singular_values.hpp>

namespace espalier::topology {
namespace {

/// Inputs first, then outputs.
class Vertices {
  public:
    explicit Vertices(const Biadjacency& graph) : graph_(graph) {}

    std::size_t count() const { return graph_.inputs() + graph_.outputs(); }
    bool is_input(std::size_t vertex) const { return vertex < graph_.inputs(); }
    std::span<const std::uint32_t> neighbours(std::size_t vertex) const {
        return is_input(vertex) ? graph_.outputs_of(vertex) : graph_.inputs_of(vertex - graph_.inputs());
    }
    std::size_t neighbour(std::size_t vertex, std::uint32_t number) const {
        return is_input(vertex) ? number + graph_.inputs() : number;
    }

  private:
    const Biadjacency& graph_;
};

std::vector<std::size_t> spectral_order(const Biadjacency& graph, const Vertices& vertices) {
    const SingularTriplet second = leading_singular_triplets(graph, 2)[1];
    std::vector<double> place(second.inputs);
    place.insert(place.end(), second.outputs.begin(), second.outputs.end());
    for (std::size_t vertex = 0; vertex < place.size(); ++vertex) {
        place[vertex] /= std::sqrt(static_cast<double>(vertices.neighbours(vertex).size()));
    }
    std::vector<std::size_t> order(vertices.count());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t vertex) { return place[vertex]; });
    return order;
}

}  // namespace

SweepCut sweep_cut(const Pattern& pattern) {
    const Biadjacency graph = Biadjacency::normalized(pattern);
    const Vertices vertices(graph);
    const std::vector<std::size_t> order = spectral_order(graph, vertices);
    std::vector<bool> is_inside(vertices.count(), false);
    SweepCut best{2, 0, 0, 0};
    std::size_t severed = 0;
    std::size_t ends = 0;
    std::size_t inputs = 0;
    for (std::size_t k = 0; k + 1 < order.size(); ++k) {
        const std::size_t vertex = order[k];
        const auto neighbours = vertices.neighbours(vertex);
        const auto within = static_cast<std::size_t>(std::ranges::count_if(
            neighbours, [&](std::uint32_t number) { return is_inside[vertices.neighbour(vertex, number)]; }));
        is_inside[vertex] = true;
        ends += neighbours.size();
        severed += neighbours.size() - 2 * within;
        inputs += vertices.is_input(vertex) ? 1 : 0;
        const std::size_t other_ends = 2 * graph.edges() - ends;
        const double conductance = static_cast<double>(severed) / static_cast<double>(std::min(ends, other_ends));
        if (conductance >= best.conductance) continue;
        const std::size_t outputs = k + 1 - inputs;
        best = ends <= other_ends ? SweepCut{conductance, severed, inputs, outputs}
                                  : SweepCut{conductance, severed, graph.inputs() - inputs, graph.outputs() - outputs};
    }
    return best;
}

MetricValue conductance_metric(const Layer& layer) {
    if (layer.pattern.edges() == 0) return MetricValue::undefined("no edges");
    const SweepCut cut = sweep_cut(layer.pattern);
    return MetricValue::Fields{{"value", cut.conductance},
                               {"edges_cut", static_cast<double>(cut.edges_cut)},
                               {"inputs", static_cast<double>(cut.inputs)},
                               {"outputs", static_cast<double>(cut.outputs)}};
}

}  // namespace espalier::topology
