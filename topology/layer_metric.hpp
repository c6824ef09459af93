#pragma once

#include <type_traits>

#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/registry.hpp>

/// Entries of the tables out of plain functions.
namespace espalier::topology {

/// A metric of single layers, `MetricValue f(const Layer&)` or `MetricValue f(const Layer&, const Settings&)`; the
/// network's value is the mean over the layers where it is defined. Layers are dealt to threads.
template <auto OfLayer>
MetricResult of_layers(const Topology& topology, const Settings& settings) {
    std::vector<MetricValue> values(topology.layers.size(), MetricValue::undefined("not measured"));
    parallel_for(values.size(), [&](std::size_t k) {
        if constexpr (std::is_invocable_v<decltype(OfLayer), const Layer&, const Settings&>) {
            values[k] = OfLayer(topology.layers[k], settings);
        } else {
            values[k] = OfLayer(topology.layers[k]);
        }
    });
    MetricValue mean = mean_over_layers(values);
    return {std::move(values), std::move(mean)};
}

/// The same with a network's value of its own, `MetricValue f(const Topology&)`.
template <auto OfLayer, auto OfNetwork>
MetricResult of_layers_and_network(const Topology& topology, const Settings& settings) {
    MetricResult result = of_layers<OfLayer>(topology, settings);
    result.network = OfNetwork(topology);
    return result;
}

/// A distance of two patterns, `double f(const Pattern&, const Pattern&)`, taken layer by layer.
template <auto OfPatterns>
LayerDistances between_layers(const Topology& first, const Topology& second, const Settings&) {
    LayerDistances distances;
    for (std::size_t k = 0; k < first.layers.size(); ++k) {
        distances.values.push_back(OfPatterns(first.layers[k].pattern, second.layers[k].pattern));
    }
    return distances;
}

}  // namespace espalier::topology
