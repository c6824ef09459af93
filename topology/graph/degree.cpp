#include <algorithm>
#include <cmath>

#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/graph/inequality.hpp>

namespace espalier::topology {
namespace {

/// number / by, where there is any edge.
MetricValue share(double number, double by) {
    return by > 0 ? MetricValue(number / by) : MetricValue::undefined("no edges");
}

double entropy_of(std::span<const std::uint64_t> histogram, double neurons) {
    double entropy = 0;
    for (const std::uint64_t count : histogram) {
        const double share = static_cast<double>(count) / neurons;
        if (count > 0) entropy -= share * std::log(share);
    }
    return entropy;
}

MetricValue side(std::span<const std::uint32_t> degrees) {
    if (degrees.empty()) return MetricValue::undefined("no neurons on this side");
    const DegreeStatistics statistics = degree_statistics(degrees);
    const auto count = static_cast<double>(degrees.size());
    const auto dead = static_cast<double>(statistics.dead);
    const std::vector<std::uint64_t> histogram = degree_histogram(degrees);
    return MetricValue::Fields{{"mean", statistics.mean},
                               {"min", statistics.min},
                               {"max", statistics.max},
                               {"std", statistics.std},
                               {"dead", dead},
                               {"variance", statistics.std * statistics.std},
                               {"variation", share(statistics.std, statistics.mean)},
                               {"gini", statistics.gini},
                               {"mean_nonzero", share(statistics.mean * count, count - dead)},
                               {"entropy", statistics.entropy},
                               {"histogram", MetricValue::Numbers(histogram.begin(), histogram.end())}};
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
    return {mean,
            static_cast<double>(low),
            static_cast<double>(high),
            std::sqrt(squares / count),
            static_cast<std::size_t>(std::ranges::count(degrees, 0U)),
            gini({degrees.begin(), degrees.end()}),
            entropy_of(degree_histogram(degrees), count)};
}

std::vector<std::uint64_t> degree_histogram(std::span<const std::uint32_t> degrees) {
    std::vector<std::uint64_t> histogram(degrees.empty() ? 0 : std::ranges::max(degrees) + std::size_t{1}, 0);
    for (const std::uint32_t degree : degrees) ++histogram[degree];
    return histogram;
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
