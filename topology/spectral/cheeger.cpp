#include <algorithm>
#include <cmath>

#include <espalier/topology/graph/biadjacency.hpp>
#include <espalier/topology/spectral/cheeger.hpp>
#include <espalier/topology/spectral/leading_singular_values.hpp>
#include <espalier/topology/structure/connected_components.hpp>

namespace espalier::topology {
namespace {

/// Two components make it 0 without rounding.
double spectral_gap(const Pattern& pattern) {
    if (connected_components(pattern) > 1) return 0;
    return std::max(0.0, 1 - leading_singular_values(Biadjacency::normalized(pattern), 2)[1]);
}

}  // namespace

MetricValue cheeger_metric(const Layer& layer) {
    if (layer.pattern.edges() == 0) return MetricValue::undefined("no edges");
    const double gap = spectral_gap(layer.pattern);
    return MetricValue::Fields{{"lower", gap / 2}, {"upper", std::sqrt(2 * gap)}, {"spectral_gap", gap}};
}

}  // namespace espalier::topology
