#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/chained_network.hpp>
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
    const ChainedNetwork network(topology);
    require_finite(topology);
    const std::size_t layers = network.layers();
    std::vector<ScaledNumber> parts(layers);
    if (layers == 0) return parts;
    std::vector<ScaledNumbers> to_output(layers + 1);
    to_output[layers].assign(network.width(layers), 1.0);
    for (std::size_t k = layers; k-- > 1;) {
        to_output[k] = network.backwards(k, to_output[k + 1], [&](auto& sum, const auto& term, std::size_t edge) {
            sum += term * squared(network.layer(k), edge);
        });
    }
    ScaledNumbers from_input(network.width(0), 1.0);
    for (std::size_t k = 0; k < layers; ++k) {
        // The derivative by a weight is what enters it times what leads on: so once without the weight ...
        const ScaledNumbers entering =
            network.forwards(k, from_input, [](auto& sum, const auto& term, std::size_t) { sum += term; });
        for (std::size_t j = 0; j < entering.size(); ++j) parts[k] += entering[j] * to_output[k + 1][j];
        // ... and once with it for the layers after this one.
        from_input = network.forwards(k, from_input, [&](auto& sum, const auto& term, std::size_t edge) {
            sum += term * squared(network.layer(k), edge);
        });
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
