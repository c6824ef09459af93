#include <algorithm>
#include <cmath>

#include <espalier/topology/degree.hpp>

namespace espalier::topology {
namespace {

MetricValue side(std::span<const std::uint32_t> degrees) {
    if (degrees.empty()) return MetricValue::undefined("no neurons on this side");
    const DegreeStatistics statistics = degree_statistics(degrees);
    return MetricValue::Fields{{"mean", statistics.mean},
                               {"min", statistics.min},
                               {"max", statistics.max},
                               {"std", statistics.std},
                               {"dead", static_cast<double>(statistics.dead)}};
}

}  // namespace

DegreeStatistics degree_statistics(std::span<const std::uint32_t> degrees) {
    const auto count = static_cast<double>(degrees.size());
    double sum = 0;
    for (const std::uint32_t degree : degrees) sum += degree;
    const double mean = sum / count;
    double squares = 0;
    for (const std::uint32_t degree : degrees) squares += (degree - mean) * (degree - mean);
    const auto [low, high] = std::ranges::minmax(degrees);
    return {mean, static_cast<double>(low), static_cast<double>(high), std::sqrt(squares / count),
            static_cast<std::size_t>(std::ranges::count(degrees, 0U))};
}

std::vector<std::uint32_t> input_degrees(const Pattern& pattern) {
    std::vector<std::uint32_t> degrees(pattern.cols(), 0);
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        for (const std::uint32_t input : pattern.row(row)) ++degrees[input];
    }
    return degrees;
}

std::vector<std::uint32_t> output_degrees(const Pattern& pattern) {
    std::vector<std::uint32_t> degrees(pattern.rows());
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        degrees[row] = static_cast<std::uint32_t>(pattern.row(row).size());
    }
    return degrees;
}

MetricValue degree_metric(const Layer& layer) {
    return MetricValue::Fields{{"inputs", side(input_degrees(layer.pattern))},
                               {"outputs", side(output_degrees(layer.pattern))}};
}

}  // namespace espalier::topology
