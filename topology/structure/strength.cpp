#include <algorithm>
#include <cmath>

#include <espalier/topology/finite_weights.hpp>
#include <espalier/topology/graph/inequality.hpp>
#include <espalier/topology/structure/strength.hpp>

namespace espalier::topology {
namespace {

MetricValue summary(const std::vector<double>& strengths) {
    if (strengths.empty()) return MetricValue::undefined("no neurons on this side");
    const auto count = static_cast<double>(strengths.size());
    double sum = 0;
    for (const double strength : strengths) sum += strength;
    const double mean = sum / count;
    double squares = 0;
    for (const double strength : strengths) squares += (strength - mean) * (strength - mean);
    const auto [low, high] = std::ranges::minmax(strengths);
    return MetricValue::Fields{
        {"mean", mean}, {"min", low}, {"max", high}, {"std", std::sqrt(squares / count)}, {"gini", gini(strengths)}};
}

MetricValue of_strengths(const Layer& layer, std::vector<double> (*strengths)(const Layer&)) {
    if (layer.values.size() != layer.pattern.edges() || layer.values.empty()) {
        return MetricValue::undefined("no weights");
    }
    if (const auto bad = weight_not_finite(layer)) return MetricValue::undefined(*bad);
    return summary(strengths(layer));
}

}  // namespace

std::vector<double> input_strengths(const Layer& layer) {
    std::vector<double> strengths(layer.pattern.cols(), 0.0);
    for (std::size_t row = 0; row < layer.pattern.rows(); ++row) {
        std::size_t edge = layer.pattern.row_begin(row);
        for (const std::uint32_t input : layer.pattern.row(row)) strengths[input] += std::abs(layer.values[edge++]);
    }
    return strengths;
}

std::vector<double> output_strengths(const Layer& layer) {
    std::vector<double> strengths(layer.pattern.rows(), 0.0);
    for (std::size_t row = 0; row < layer.pattern.rows(); ++row) {
        const std::size_t begin = layer.pattern.row_begin(row);
        for (std::size_t k = 0; k < layer.pattern.row(row).size(); ++k) {
            strengths[row] += std::abs(layer.values[begin + k]);
        }
    }
    return strengths;
}

MetricValue input_strength_metric(const Layer& layer) {
    return of_strengths(layer, input_strengths);
}

MetricValue output_strength_metric(const Layer& layer) {
    return of_strengths(layer, output_strengths);
}

}  // namespace espalier::topology
