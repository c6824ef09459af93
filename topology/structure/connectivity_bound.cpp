#include <cmath>

#include <espalier/topology/structure/connectivity_bound.hpp>

namespace espalier::topology {

MetricValue connectivity_bound_metric(const Layer& layer) {
    const std::size_t edges = layer.pattern.edges();
    if (edges == 0) return MetricValue::undefined("no edges");
    if (edges < layer.pattern.cols()) return MetricValue::undefined("mean degree of all inputs below 1");
    if (edges < layer.pattern.rows()) return MetricValue::undefined("mean degree of all outputs below 1");
    const auto beyond_one = [edges](std::size_t neurons) {
        return std::sqrt(static_cast<double>(edges) / static_cast<double>(neurons) - 1);
    };
    return beyond_one(layer.pattern.cols()) + beyond_one(layer.pattern.rows());
}

}  // namespace espalier::topology
