#include <espalier/topology/spectral/delta_s.hpp>
#include <espalier/topology/spectral/leading_pair.hpp>

namespace espalier::topology {

MetricValue delta_s_metric(const Layer& layer) {
    const Biadjacency matrix(layer.pattern);
    if (const auto reason = why_no_bound(matrix)) return MetricValue::undefined(*reason);
    const LeadingPair pair = leading_pair(matrix);
    const double bound = pair.delta_s_bound().value();  // sigma_1 >= the root of both mean degrees' product >= 3
    return MetricValue::Fields{
        {"bound", bound}, {"gap", bound - pair.sigma_2}, {"normalized", 1 - pair.sigma_2 / bound}};
}

}  // namespace espalier::topology
