#include <algorithm>
#include <cmath>
#include <span>

#include <espalier/topology/finite_weights.hpp>
#include <espalier/topology/spectral/left_regular.hpp>
#include <espalier/topology/spectral/weighted_gap.hpp>

namespace espalier::topology {
namespace {

double gap(const LeadingPair& pair) {
    return pair.sigma_1 - pair.sigma_2;
}

/// The mean of gap / sigma_1 over those whose weights are not all 0.
MetricValue normalized(std::span<const LeadingPair> pairs) {
    double sum = 0;
    std::size_t count = 0;
    for (const LeadingPair& pair : pairs) {
        if (pair.sigma_1 == 0) continue;
        sum += gap(pair) / pair.sigma_1;
        ++count;
    }
    if (count == 0) return MetricValue::undefined("all weights are 0");
    return sum / static_cast<double>(count);
}

}  // namespace

std::vector<double> absolute_weights(const Layer& layer) {
    std::vector<double> weights;
    weights.reserve(layer.values.size());
    for (const float value : layer.values) weights.push_back(std::abs(static_cast<double>(value)));
    return weights;
}

std::optional<std::string> why_no_weights(const Layer& layer) {
    if (layer.pattern.edges() == 0) return "no edges";
    if (layer.values.empty()) return "weights are not known";
    return weight_not_finite(layer);
}

MetricValue weighted_gap_metric(const Layer& layer) {
    if (const auto reason = why_no_weights(layer)) return MetricValue::undefined(*reason);
    const LeadingPair pair = leading_pair(Biadjacency(layer.pattern, absolute_weights(layer)));
    return MetricValue::Fields{{"gap", gap(pair)}, {"normalized", normalized({&pair, 1})}};
}

MetricValue imsg_metric(const Layer& layer) {
    if (const auto reason = why_no_weights(layer)) return MetricValue::undefined(*reason);
    const std::vector<LeadingPair> pairs = left_regular_pairs(Biadjacency(layer.pattern, absolute_weights(layer)));
    if (pairs.empty()) {
        return MetricValue::undefined("no left-regular subgraph of 3 inputs with mean degrees of at least 3");
    }
    double sum = 0;
    for (const LeadingPair& pair : pairs) sum += gap(pair);
    const auto count = static_cast<double>(pairs.size());
    return MetricValue::Fields{{"gap", sum / count}, {"normalized", normalized(pairs)}, {"subgraphs", count}};
}

}  // namespace espalier::topology
