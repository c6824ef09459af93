#include <espalier/topology/structure/copeland.hpp>

namespace espalier::topology {

double copeland(const PairDegrees& pair) {
    if (pair.active_inputs == 0 || pair.active_outputs == 0) return 0;
    double sum = 0;
    std::size_t terms = 0;
    for (std::size_t j = 0; j < pair.in.size(); ++j) {
        if (pair.in[j] == 0) continue;
        const double entering = pair.in[j] / static_cast<double>(pair.active_inputs);
        for (std::size_t q = 0; q < pair.block; ++q) {
            sum += pair.out[j * pair.block + q] / static_cast<double>(pair.active_outputs) / entering;
        }
        terms += pair.block;
    }
    return terms == 0 ? 0 : sum / static_cast<double>(terms);
}

MetricResult copeland_metric(const Topology& topology, const Settings& settings) {
    return pair_metric(topology, settings, copeland);
}

}  // namespace espalier::topology
