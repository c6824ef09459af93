#include <algorithm>
#include <cmath>

#include <espalier/topology/graph/inequality.hpp>
#include <espalier/topology/paths/path_centrality.hpp>
#include <espalier/topology/paths/path_count.hpp>

namespace espalier::topology {
namespace {

MetricValue::Fields fields(const ShareSummary& summary) {
    return {{"max", summary.max}, {"mean", summary.mean}, {"gini", summary.gini}, {"entropy", summary.entropy}};
}

MetricValue::Fields with_top(const ShareSummary& summary) {
    MetricValue::Fields all = fields(summary);
    all.emplace_back("top", static_cast<double>(summary.top));
    return all;
}

MetricValue both_sides(MetricValue::Fields inputs, MetricValue::Fields outputs) {
    return MetricValue::Fields{{"inputs", std::move(inputs)}, {"outputs", std::move(outputs)}};
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

MetricResult path_centrality_metric(const Topology& topology, const Settings&) {
    const std::vector<std::vector<double>> shares = path_centrality(topology);
    std::vector<MetricValue> layers;
    std::vector<MetricValue> without_top;  // places have no mean
    for (std::size_t k = 0; k < topology.layers.size(); ++k) {
        if (shares.empty()) {
            layers.push_back(MetricValue::undefined("no path from input to output"));
            without_top.push_back(layers.back());
            continue;
        }
        const ShareSummary inputs = summarise_shares(shares[k]);
        const ShareSummary outputs = summarise_shares(shares[k + 1]);
        without_top.push_back(both_sides(fields(inputs), fields(outputs)));
        layers.push_back(both_sides(with_top(inputs), with_top(outputs)));
    }
    return {std::move(layers), mean_over_layers(without_top)};
}

}  // namespace espalier::topology
