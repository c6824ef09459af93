#include <algorithm>

#include <espalier/topology/structure/compatibility.hpp>

namespace espalier::topology {

double compatibility(const PairDegrees& pair) {
    if (pair.active_inputs == 0 || pair.active_outputs == 0) return 0;
    std::size_t fed = 0;
    std::size_t passing = 0;
    for (std::size_t j = 0; j < pair.in.size(); ++j) {
        if (pair.in[j] == 0) continue;
        ++fed;
        const auto leaving = std::span(pair.out).subspan(j * pair.block, pair.block);
        if (std::ranges::any_of(leaving, [](std::uint32_t degree) { return degree != 0; })) ++passing;
    }
    return fed == 0 ? 0 : static_cast<double>(passing) / static_cast<double>(fed);
}

MetricResult compatibility_metric(const Topology& topology, const Settings& settings) {
    return pair_metric(topology, settings, compatibility);
}

}  // namespace espalier::topology
