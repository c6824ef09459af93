#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/page/matching_work.hpp>
#include <espalier/topology/graph/chain.hpp>

namespace espalier::page {

double matching_work(const topology::Topology& topology) {
    double work = 0.0;
    for (const topology::Layer& layer : topology.layers) {
        const auto outputs = static_cast<double>(layer.pattern.rows());
        const auto edges = static_cast<double>(layer.pattern.edges());
        const auto inputs = static_cast<double>(std::max<std::size_t>(layer.pattern.cols(), 1));
        work += outputs * outputs + edges * edges / inputs;
    }
    return std::max(work, 1.0);
}

const topology::Distance& distance_for(const topology::Topology& topology) {
    try {
        topology::require_chain(topology);
        return topology::find_distance("nnstd");
    } catch (const FormatError&) {
        return topology::find_distance("nnstd_layerwise");
    }
}

}  // namespace espalier::page
