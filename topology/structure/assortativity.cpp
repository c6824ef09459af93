#include <algorithm>
#include <cmath>

#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/structure/assortativity.hpp>

namespace espalier::topology {
namespace {

/// Sums over the edges of one side's degrees, each of which counts as often as it is high.
struct Moments {
    double mean = 0;
    double squares = 0;  ///< of the distances from the mean
};

Moments moments(const std::vector<std::uint32_t>& degrees, double edges) {
    double sum = 0;
    for (const double degree : degrees) sum += degree * degree;
    const double mean = sum / edges;
    double squares = 0;
    for (const double degree : degrees) squares += degree * (degree - mean) * (degree - mean);
    return {mean, squares};
}

/// Whether all that have edges have equally many: exact, where a variance of 0 would be rounded.
bool is_constant(const std::vector<std::uint32_t>& degrees) {
    const std::uint32_t high = std::ranges::max(degrees);
    return std::ranges::all_of(degrees, [high](std::uint32_t degree) { return degree == 0 || degree == high; });
}

}  // namespace

std::optional<double> assortativity(const Pattern& pattern) {
    if (pattern.edges() == 0) return std::nullopt;
    const std::vector<std::uint32_t> in = input_degrees(pattern);
    const std::vector<std::uint32_t> out = output_degrees(pattern);
    if (is_constant(in) || is_constant(out)) return std::nullopt;
    const auto edges = static_cast<double>(pattern.edges());
    const Moments of_inputs = moments(in, edges);
    const Moments of_outputs = moments(out, edges);
    double products = 0;
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        double row_sum = 0;
        for (const std::uint32_t input : pattern.row(row)) row_sum += in[input] - of_inputs.mean;
        products += row_sum * (out[row] - of_outputs.mean);
    }
    return std::clamp(products / std::sqrt(of_inputs.squares * of_outputs.squares), -1.0, 1.0);
}

MetricValue assortativity_metric(const Layer& layer) {
    if (layer.pattern.edges() == 0) return MetricValue::undefined("no edges");
    const std::optional<double> value = assortativity(layer.pattern);
    return value ? MetricValue(*value) : MetricValue::undefined("the degrees of one side are all equal");
}

}  // namespace espalier::topology
