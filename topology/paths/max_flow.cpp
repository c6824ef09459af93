#include <algorithm>
#include <limits>
#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/layer_graph.hpp>
#include <espalier/topology/paths/effective.hpp>
#include <espalier/topology/paths/flow_network.hpp>
#include <espalier/topology/paths/max_flow.hpp>

namespace espalier::topology {
namespace {

using Vertex = FlowNetwork::Vertex;

constexpr Vertex source = 0;
constexpr Vertex sink = 1;

/// Vertices of the sides of layers. What a layer takes are the vertices of its only feeder, or those of a sum: one set
/// a set of feeders, fed by the largest sum known that is part of it and by the others, as a stream runs through a
/// block of a residual network.
class FlowSides {
  public:
    /// @param per_neuron  vertices a neuron: 1, or 2 with one unit between them
    FlowSides(const LayerGraph& layers, std::size_t per_neuron) : layers_(layers), per_neuron_(per_neuron) {
        input_ = add(layers.input_width());
        for (std::size_t k = 0; k < layers.layers(); ++k) {
            before_.push_back(of_inputs(k));
            after_.push_back(add(layers.pattern(k).rows()));
        }
        if (next_ > std::numeric_limits<Vertex>::max()) {
            throw FormatError("maximum flow: more neurons than 32 bits number; choose fewer layers with --layers");
        }
    }

    std::size_t vertices() const { return next_; }
    /// Where flow enters a neuron before layer k, which leaves it at leave().
    Vertex before(std::size_t k, std::size_t neuron) const { return enter(before_[k], neuron); }
    Vertex after(std::size_t k, std::size_t output) const { return enter(after_[k], output); }
    Vertex leave(Vertex enter) const { return enter + static_cast<Vertex>(per_neuron_) - 1; }

    /// Joins source, sums and sink by edges of this capacity.
    void join(FlowNetwork& graph, FlowNetwork::Capacity capacity) const {
        for (std::size_t j = 0; j < layers_.input_width(); ++j) graph.add_edge(source, enter(input_, j), capacity);
        for (const Link& link : links_) {
            for (std::size_t j = 0; j < link.width; ++j)
                graph.add_edge(leave(enter(link.from, j)), enter(link.to, link.place + j), capacity);
        }
        for (std::size_t k = 0; k < layers_.layers(); ++k) {
            for (std::size_t j = 0; layers_.is_output(k) && j < layers_.pattern(k).rows(); ++j)
                graph.add_edge(leave(after(k, j)), sink, capacity);
        }
    }

  private:
    using Feeders = std::set<std::size_t>;  // the network's input has the number of layers
    struct Sum {
        Feeders feeders;
        std::size_t first;
        std::size_t width;
    };
    struct Link {
        std::size_t from, to, place, width;
    };

    Vertex enter(std::size_t first, std::size_t neuron) const {
        return static_cast<Vertex>(first + per_neuron_ * neuron);
    }
    std::size_t add(std::size_t width) {
        const std::size_t first = next_;
        next_ += per_neuron_ * width;
        return first;
    }

    std::size_t of_inputs(std::size_t k) {
        Feeders feeders(layers_.feeders(k).begin(), layers_.feeders(k).end());
        if (layers_.takes_input(k)) feeders.insert(layers_.layers());
        if (feeders.size() == 1 && layers_.takes_input(k)) return input_;
        if (feeders.size() == 1) return after_[*feeders.begin()];
        const auto known = std::ranges::find(sums_, feeders, &Sum::feeders);
        if (known != sums_.end()) return known->first;
        Sum made{feeders, add(layers_.neurons_before(k)), layers_.neurons_before(k)};
        const Sum* part = nullptr;
        for (const Sum& sum : sums_) {
            const bool is_part = std::ranges::includes(feeders, sum.feeders);
            if (is_part && (part == nullptr || sum.feeders.size() > part->feeders.size())) part = &sum;
        }
        if (part != nullptr) {
            link(part->first, part->width, made);
            for (const std::size_t feeder : part->feeders) feeders.erase(feeder);
        }
        for (const std::size_t feeder : feeders) {
            if (feeder == layers_.layers()) {
                link(input_, layers_.input_width(), made);
            } else {
                link(after_[feeder], layers_.pattern(feeder).rows(), made);
            }
        }
        sums_.push_back(std::move(made));
        return sums_.back().first;
    }
    void link(std::size_t from, std::size_t width, const Sum& to) {
        links_.push_back({from, to.first, (to.width - width) / 2, width});
    }

    const LayerGraph& layers_;
    std::size_t per_neuron_;
    std::size_t next_ = 2;  // after source and sink
    std::size_t input_ = 0;
    std::vector<std::size_t> before_;  // [layers] first vertex
    std::vector<std::size_t> after_;
    std::vector<Sum> sums_;
    std::vector<Link> links_;
};

/// Calls each(from, to, weights) once for each two neurons on both sides of layer k that `weights` kept weights join.
template <class Each>
void for_joined_neurons(const LayerGraph& network, std::size_t k, const Each& each) {
    const Pattern& pattern = network.pattern(k);
    for (std::size_t output = 0; output < pattern.rows(); ++output) {
        const auto inputs = pattern.row(output);
        for (std::size_t begin = 0; begin < inputs.size();) {
            const std::uint32_t neuron = network.neuron(k, inputs[begin]);
            std::size_t end = begin + 1;
            while (end < inputs.size() && network.neuron(k, inputs[end]) == neuron) ++end;
            each(neuron, static_cast<Vertex>(output), static_cast<FlowNetwork::Capacity>(end - begin));
            begin = end;
        }
    }
}

}  // namespace

EdgeFlow max_flow(const Topology& topology) {
    const LayerGraph network(topology);
    EdgeFlow found{0, std::vector<std::size_t>(network.layers(), 0)};
    if (network.layers() == 0) return found;
    const std::size_t total = edges(topology);
    const FlowSides sides(network, 1);
    FlowNetwork graph(sides.vertices());
    graph.reserve(total + sides.vertices());
    std::vector<std::size_t> first_edge;
    for (std::size_t k = 0; k < network.layers(); ++k) {
        first_edge.push_back(graph.edges().size());
        for_joined_neurons(network, k, [&](Vertex from, Vertex to, FlowNetwork::Capacity weights) {
            graph.add_edge(sides.before(k, from), sides.after(k, to), weights);
        });
    }
    first_edge.push_back(graph.edges().size());
    sides.join(graph, static_cast<FlowNetwork::Capacity>(total + 1));
    const FlowNetwork::Flow flow = graph.solve(source, sink);
    found.value = static_cast<std::size_t>(flow.value);
    for (std::size_t k = 0; k < network.layers(); ++k) {
        for (std::size_t e = first_edge[k]; e < first_edge[k + 1]; ++e) {
            const FlowNetwork::Edge& edge = graph.edges()[e];
            if (flow.source_side[edge.from] == 0 || flow.source_side[edge.to] != 0) continue;
            found.cut_edges[k] += static_cast<std::size_t>(edge.capacity);
        }
    }
    return found;
}

std::size_t vertex_disjoint_paths(const Topology& topology) {
    const LayerGraph network(topology);
    if (network.layers() == 0) return 0;
    // Each neuron is two vertices, where its paths enter and leave, with one unit between them.
    const FlowSides sides(network, 2);
    FlowNetwork graph(sides.vertices());
    graph.reserve(edges(topology) + sides.vertices());
    for (std::size_t vertex = 2; vertex < sides.vertices(); vertex += 2)
        graph.add_edge(static_cast<Vertex>(vertex), static_cast<Vertex>(vertex + 1), 1);
    for (std::size_t k = 0; k < network.layers(); ++k) {
        for_joined_neurons(network, k, [&](Vertex from, Vertex to, FlowNetwork::Capacity) {
            graph.add_edge(sides.leave(sides.before(k, from)), sides.after(k, to), 1);
        });
    }
    sides.join(graph, 1);
    return static_cast<std::size_t>(graph.solve(source, sink).value);
}

std::optional<std::size_t> bottleneck_layer(const Topology& topology) {
    const Effective found = effective(topology);
    if (found.paths.is_zero()) return std::nullopt;
    const auto share = [&](std::size_t k) {
        return static_cast<double>(found.layers[k].outputs) / static_cast<double>(topology.layers[k].pattern.rows());
    };
    std::size_t least = 0;
    for (std::size_t k = 1; k < found.layers.size(); ++k) {
        if (share(k) < share(least)) least = k;
    }
    return least;
}

MetricResult max_flow_metric(const Topology& topology, const Settings&) {
    const EdgeFlow flow = max_flow(topology);
    const MetricValue none = MetricValue::undefined("no path from input to output");
    const auto cut = std::ranges::max_element(flow.cut_edges) - flow.cut_edges.begin();
    const std::optional<std::size_t> bottleneck = bottleneck_layer(topology);
    MetricResult result{
        {},
        MetricValue::Fields{{"max_flow", static_cast<double>(flow.value)},
                            {"vertex_disjoint_paths", static_cast<double>(vertex_disjoint_paths(topology))},
                            {"cut_layer", flow.value == 0 ? none : MetricValue(static_cast<double>(cut))},
                            {"bottleneck_layer", bottleneck ? MetricValue(static_cast<double>(*bottleneck)) : none}}};
    for (const std::size_t edges : flow.cut_edges) {
        result.layers.emplace_back(MetricValue::Fields{{"min_cut_edges", static_cast<double>(edges)}});
    }
    return result;
}

}  // namespace espalier::topology
