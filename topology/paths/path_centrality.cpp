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

Swept<double> path_centrality(const Topology& topology) {
    const LayerGraph graph(topology);
    const Swept<ScaledNumber> to_here = paths_from_input(graph);
    const Swept<ScaledNumber> onwards = paths_to_output(graph);
    ScaledNumber total;
    for (std::size_t k = 0; k < graph.layers(); ++k) {
        if (!graph.is_output(k)) continue;
        for (const ScaledNumber& paths : to_here.outputs[k]) total += paths;
    }
    Swept<double> shares;
    if (total.is_zero()) return shares;
    const auto share = [&](const std::vector<ScaledNumber>& here, const std::vector<ScaledNumber>& on) {
        std::vector<double> of_side;
        for (std::size_t j = 0; j < here.size(); ++j) of_side.push_back((here[j] * on[j] / total).to_double());
        return of_side;
    };
    for (std::size_t k = 0; k < graph.layers(); ++k) {
        shares.inputs.push_back(share(to_here.inputs[k], onwards.inputs[k]));
        shares.outputs.push_back(share(to_here.outputs[k], onwards.outputs[k]));
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
    const Swept<double> shares = path_centrality(topology);
    std::vector<MetricValue> layers;
    std::vector<MetricValue> without_top;  // places have no mean
    for (std::size_t k = 0; k < topology.layers.size(); ++k) {
        if (shares.inputs.empty()) {
            layers.push_back(MetricValue::undefined("no path from input to output"));
            without_top.push_back(layers.back());
            continue;
        }
        const ShareSummary inputs = summarise_shares(shares.inputs[k]);
        const ShareSummary outputs = summarise_shares(shares.outputs[k]);
        without_top.push_back(both_sides(fields(inputs), fields(outputs)));
        layers.push_back(both_sides(with_top(inputs), with_top(outputs)));
    }
    return {std::move(layers), mean_over_layers(without_top)};
}

}  // namespace espalier::topology
