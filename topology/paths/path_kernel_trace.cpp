#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/layer_graph.hpp>
#include <espalier/topology/paths/path_kernel_trace.hpp>

namespace espalier::topology {
namespace {

using ScaledNumbers = std::vector<ScaledNumber>;

void require_finite(const Topology& topology) {
    for (const Layer& layer : topology.layers) {
        if (std::ranges::all_of(layer.values, [](float weight) { return std::isfinite(weight); })) continue;
        throw NumericError(topology.label + ": layer '" + layer.name +
                           "' has a weight that is not finite; path_kernel_trace needs numbers");
    }
}

/// A squared weight: exact, since a float's square fits a double.
double squared(const Layer& layer, std::size_t edge) {
    const double weight = layer.values[edge];
    return weight * weight;
}

bool has_weights(const Topology& topology) {
    return std::ranges::all_of(topology.layers,
                               [](const Layer& layer) { return layer.values.size() == layer.pattern.edges(); });
}

MetricValue trace_value(const ScaledNumber& trace) {
    const double number = trace.to_double();
    if (std::isinf(number)) return MetricValue::undefined("larger than a double holds");
    if (number == 0 && !trace.is_zero()) return MetricValue::undefined("smaller than a double holds");
    return number;
}

}  // namespace

std::vector<ScaledNumber> path_kernel_trace(const Topology& topology) {
    const LayerGraph graph(topology);
    require_finite(topology);
    const auto add = [](ScaledNumber& sum, const ScaledNumber& term) { sum += term; };
    const auto along = [&](std::size_t k, ScaledNumber& sum, const ScaledNumber& term, std::size_t edge) {
        sum += term * squared(graph.layer(k), edge);
    };
    const auto to_output = sweep_edges_backwards<ScaledNumber>(graph, ScaledNumber(1.0), add, along);
    const auto from_input = sweep_edges_forwards<ScaledNumber>(
        graph, [](std::size_t) { return ScaledNumber(1.0); }, add, along, [](const std::vector<ScaledNumber>&) {});
    std::vector<ScaledNumber> parts(graph.layers());
    for (std::size_t k = 0; k < graph.layers(); ++k) {
        // The derivative by a weight is what enters it times what leads on: so once without the weight.
        const ScaledNumbers entering =
            graph.forwards(k, from_input.inputs[k], [](auto& sum, const auto& term, std::size_t) { sum += term; });
        for (std::size_t j = 0; j < entering.size(); ++j) parts[k] += entering[j] * to_output.outputs[k][j];
    }
    return parts;
}

MetricResult path_kernel_trace_metric(const Topology& topology, const Settings&) {
    if (!has_weights(topology)) {
        const MetricValue none = MetricValue::undefined("the topology has no weights");
        return {std::vector<MetricValue>(topology.layers.size(), none), none};
    }
    std::vector<MetricValue> layers;
    ScaledNumber sum;
    for (const ScaledNumber& part : path_kernel_trace(topology)) {
        layers.push_back(trace_value(part));
        sum += part;
    }
    return {std::move(layers), trace_value(sum)};
}

}  // namespace espalier::topology
