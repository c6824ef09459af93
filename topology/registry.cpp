#include <espalier/topology/registry.hpp>

namespace espalier::topology {

const Distance& find_distance(std::string_view name) {
    return find_named(distances(), name, "distance");
}

const Metric& find_metric(std::string_view name) {
    return find_named(metrics(), name, "metric");
}

MetricResult measure(const Metric& metric, const Topology& topology) {
    return metric.measure(topology, settings_of(metric));
}

LayerDistances measure(const Distance& distance, const Topology& first, const Topology& second) {
    return distance.of_networks(first, second, settings_of(distance));
}

}  // namespace espalier::topology
