#include <algorithm>
#include <cmath>

#include <espalier/topology/path_centrality.hpp>

namespace espalier::topology {
namespace {

/// Of numbers that need not be sorted; their sum is not 0.
double gini(std::vector<double> numbers) {
    std::ranges::sort(numbers);
    const auto count = static_cast<double>(numbers.size());
    double sum = 0;
    double ranked = 0;
    for (std::size_t k = 0; k < numbers.size(); ++k) {
        sum += numbers[k];
        ranked += static_cast<double>(k + 1) * numbers[k];
    }
    return 2 * ranked / (count * sum) - (count + 1) / count;
}

}  // namespace

std::vector<std::vector<double>> path_centrality(const Topology& topology) {
    const ChainedNetwork network(topology);
    const PathNumbers to_here = paths_from_input(network);
    const PathNumbers onwards = paths_to_output(network);
    ScaledNumber total;
    if (!onwards.empty()) {
        for (const ScaledNumber& paths : onwards.front()) total += paths;
    }
    std::vector<std::vector<double>> shares;
    if (total.is_zero()) return shares;
    for (std::size_t level = 0; level < network.levels(); ++level) {
        std::vector<double>& of_level = shares.emplace_back();
        for (std::size_t j = 0; j < to_here[level].size(); ++j) {
            of_level.push_back((to_here[level][j] * onwards[level][j] / total).to_double());
        }
    }
    return shares;
}

ShareSummary summarise_shares(std::span<const double> shares) {
    const auto top = std::ranges::max_element(shares);
    ShareSummary summary{.max = *top,
                         .mean = 1 / static_cast<double>(shares.size()),
                         .gini = gini({shares.begin(), shares.end()}),
                         .top = static_cast<std::size_t>(top - shares.begin())};
    for (const double share : shares) {
        if (share > 0) summary.entropy -= share * std::log(share);
    }
    return summary;
}

MetricValue shares_value(std::span<const double> shares) {
    const ShareSummary summary = summarise_shares(shares);
    return MetricValue::Fields{{"max", summary.max},
                               {"mean", summary.mean},
                               {"gini", summary.gini},
                               {"entropy", summary.entropy},
                               {"top", static_cast<double>(summary.top)}};
}

std::vector<MetricValue> path_centrality_values(const Topology& topology) {
    const std::vector<std::vector<double>> shares = path_centrality(topology);
    std::vector<MetricValue> values;
    for (std::size_t k = 0; k < topology.layers.size(); ++k) {
        values.push_back(shares.empty() ? MetricValue::undefined("no path from input to output")
                                        : MetricValue(MetricValue::Fields{{"inputs", shares_value(shares[k])},
                                                                          {"outputs", shares_value(shares[k + 1])}}));
    }
    return values;
}

}  // namespace espalier::topology
