#include <algorithm>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/structure/clustering.hpp>

namespace espalier::topology {
namespace {

/// Mean similarity of output `row` with those that share an input; -1 where there are none.
/// @param shared  all 0 before and after
double similarity_of(const Pattern& layer, const Pattern& fed, std::size_t row, std::vector<std::uint32_t>& shared) {
    std::vector<std::uint32_t> met;
    for (const std::uint32_t input : layer.row(row)) {
        for (const std::uint32_t other : fed.row(input)) {
            if (shared[other]++ == 0 && other != row) met.push_back(other);
        }
    }
    const auto own = static_cast<double>(layer.row(row).size());
    double sum = 0;
    for (const std::uint32_t other : met) {
        const double common = shared[other];
        sum += common / (own + static_cast<double>(layer.row(other).size()) - common);
        shared[other] = 0;
    }
    shared[row] = 0;
    return met.empty() ? -1.0 : sum / static_cast<double>(met.size());
}

/// Of the outputs of `layer`, whose transpose is `fed`.
std::optional<double> mean_similarity(const Pattern& layer, const Pattern& fed) {
    std::vector<double> similarity(layer.rows());
    const std::size_t work = layer.edges() * (1 + layer.edges() / std::max<std::size_t>(1, layer.cols()));
    for_row_runs(layer.rows(), work, [&](std::size_t begin, std::size_t end) {
        std::vector<std::uint32_t> shared(layer.rows(), 0);
        for (std::size_t row = begin; row < end; ++row) similarity[row] = similarity_of(layer, fed, row, shared);
    });
    double sum = 0;
    double count = 0;
    for (const double value : similarity) {
        if (value < 0) continue;
        sum += value;
        ++count;
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

MetricValue value_or(const std::optional<double>& value, const char* reason) {
    return value ? MetricValue(*value) : MetricValue::undefined(reason);
}

}  // namespace

BigCount three_paths(const Pattern& pattern) {
    const std::vector<std::uint32_t> in = input_degrees(pattern);
    BigCount paths = 0;
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        std::uint64_t others = 0;
        for (const std::uint32_t input : pattern.row(row)) others += in[input] - 1;
        if (others > 0) paths += BigCount{others} * (pattern.row(row).size() - 1);
    }
    return paths;
}

std::optional<double> robins_alexander(const Pattern& pattern) {
    const BigCount paths = three_paths(pattern);
    if (paths == 0) return std::nullopt;
    return static_cast<double>(4 * butterflies(pattern)) / static_cast<double>(paths);
}

LocalClustering local_clustering(const Pattern& pattern) {
    const Pattern fed = pattern.transposed();
    return {mean_similarity(fed, pattern), mean_similarity(pattern, fed)};
}

MetricValue clustering_metric(const Layer& layer) {
    return value_or(robins_alexander(layer.pattern), "no path of three edges");
}

MetricValue local_clustering_metric(const Layer& layer) {
    const LocalClustering value = local_clustering(layer.pattern);
    const char* reason = "no two neurons share a neighbour";
    return MetricValue::Fields{{"inputs", value_or(value.inputs, reason)},
                               {"outputs", value_or(value.outputs, reason)}};
}

}  // namespace espalier::topology
