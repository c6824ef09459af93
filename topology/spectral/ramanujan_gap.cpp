#include <cmath>

#include <espalier/topology/spectral/leading_pair.hpp>
#include <espalier/topology/spectral/ramanujan_gap.hpp>

namespace espalier::topology {
namespace {

double randomness(const LeadingPair& pair, const Pattern& pattern, RandomnessEdges counting) {
    const double product = pair.inputs * pair.outputs;
    const double counted = counting == RandomnessEdges::twice ? 2 * pair.edges : pair.edges;
    const double expected = pair.input_degree() / static_cast<double>(pattern.rows()) * product;
    const double slack = (pair.sigma_2 * pair.sigma_2 / 4 + 1) * std::sqrt(product);
    return (slack - std::abs(counted - expected)) / static_cast<double>(pattern.positions());
}

}  // namespace

MetricValue ramanujan_gap_metric(const Layer& layer, RandomnessEdges counting) {
    const Biadjacency matrix(layer.pattern);
    if (const auto reason = why_no_bound(matrix)) return MetricValue::undefined(*reason);
    const LeadingPair pair = leading_pair(matrix);
    const double bound = pair.ramanujan_bound();
    const double gap = bound - pair.sigma_2;
    return MetricValue::Fields{{"sigma_1", pair.sigma_1},
                               {"sigma_2", pair.sigma_2},
                               {"bound", bound},
                               {"gap", gap},
                               {"normalized", gap / bound},
                               {"expansion_ratio", pair.outputs / pair.inputs},
                               {"randomness", randomness(pair, layer.pattern, counting)}};
}

}  // namespace espalier::topology
