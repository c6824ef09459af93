#include <espalier/topology/structure/density.hpp>

namespace espalier::topology {
namespace {

MetricValue share(std::size_t kept, std::size_t positions) {
    if (positions == 0) return MetricValue::undefined("no possible edges");
    return static_cast<double>(kept) / static_cast<double>(positions);
}

}  // namespace

MetricValue edges_metric(const Layer& layer) {
    return static_cast<double>(layer.pattern.edges());
}

MetricValue network_edges(const Topology& topology) {
    return static_cast<double>(edges(topology));
}

MetricValue density_metric(const Layer& layer) {
    return share(layer.pattern.edges(), positions(layer));
}

MetricValue network_density(const Topology& topology) {
    return share(edges(topology), positions(topology));
}

}  // namespace espalier::topology
