#include <algorithm>
#include <functional>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/inequality.hpp>
#include <espalier/topology/structure/betweenness.hpp>

namespace espalier::topology {
namespace {

using Level = std::span<const double>;

MetricValue::Fields spread(Level values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return {{"max", std::ranges::max(values)},
            {"mean", sum / static_cast<double>(values.size())},
            {"gini", gini({values.begin(), values.end()})}};
}

double place_of_max(Level values) {
    return static_cast<double>(std::ranges::max_element(values) - values.begin());
}

Level level_of(const NeuronGraph& graph, const std::vector<double>& values, std::size_t level) {
    const std::size_t begin = graph.level_begin[level];
    return Level(values).subspan(begin, graph.level_begin[level + 1] - begin);
}

MetricValue side(Level values) {
    if (values.empty()) return MetricValue::undefined("no neurons on this side");
    MetricValue::Fields fields = spread(values);
    fields.emplace_back("top", place_of_max(values));
    return fields;
}

MetricValue of_layer(const Layer& layer, const BetweennessOptions& options) {
    const NeuronGraph graph = neuron_graph(layer.pattern);
    const std::vector<double> values = betweenness(graph, options);
    return MetricValue::Fields{{"inputs", side(level_of(graph, values, 0))},
                               {"outputs", side(level_of(graph, values, 1))}};
}

MetricValue of_network(const Topology& topology, const BetweennessOptions& options) {
    const NeuronGraph graph = neuron_graph(topology);
    if (graph.neurons() == 0) return MetricValue::undefined("no neurons");
    const std::vector<double> values = betweenness(graph, options);
    const double top = place_of_max(values);
    std::size_t level = 0;
    while (graph.level_begin[level + 1] <= top) ++level;
    MetricValue::Fields fields = spread(values);
    fields.emplace_back("top_level", static_cast<double>(level));
    fields.emplace_back("top", top - graph.level_begin[level]);
    return fields;
}

/// What cannot be had of this network or layer is undefined, not a failure of all that is measured with it.
MetricValue or_reason(const std::function<MetricValue()>& value) {
    try {
        return value();
    } catch (const FormatError& error) {
        return MetricValue::undefined(error.what());
    } catch (const NumericError& error) {
        return MetricValue::undefined(error.what());
    }
}

}  // namespace

// Layers one after the other: the threads share each layer's sources, which balances better.
MetricResult betweenness_metric(const Topology& topology, const Settings& settings) {
    const BetweennessOptions options{settings.count("samples"), settings.count("seed")};
    MetricResult result{{}, MetricValue::undefined("not measured")};
    for (const Layer& layer : topology.layers) {
        result.layers.push_back(or_reason([&] { return of_layer(layer, options); }));
    }
    result.network = or_reason([&] { return of_network(topology, options); });
    return result;
}

}  // namespace espalier::topology
