#include <algorithm>

#include <espalier/topology/spectral/imdb.hpp>
#include <espalier/topology/spectral/left_regular.hpp>

namespace espalier::topology {

MetricValue imdb_metric(const Layer& layer) {
    if (layer.pattern.edges() == 0) return MetricValue::undefined("no edges");
    const std::vector<LeadingPair> pairs = left_regular_pairs(Biadjacency(layer.pattern));
    if (pairs.empty()) {
        return MetricValue::undefined("no left-regular subgraph of 3 inputs with mean degrees of at least 3");
    }
    const auto count = static_cast<double>(pairs.size());
    double delta_r = 0;
    double delta_s = 0;
    double delta_r_normalized = 0;
    double delta_s_normalized = 0;
    double largest_ratio = 0;
    double sum_of_ratios = 0;
    for (const LeadingPair& pair : pairs) {
        const double bound_r = pair.ramanujan_bound();
        const double bound_s = pair.delta_s_bound().value();  // sigma_1 >= 3, see delta_s
        delta_r += bound_r - pair.sigma_2;
        delta_s += bound_s - pair.sigma_2;
        delta_r_normalized += 1 - pair.sigma_2 / bound_r;
        delta_s_normalized += 1 - pair.sigma_2 / bound_s;
        largest_ratio = std::max(largest_ratio, pair.outputs / pair.inputs);
        sum_of_ratios += pair.outputs / pair.inputs;
    }
    return MetricValue::Fields{{"delta_r", delta_r / count},
                               {"delta_s", delta_s / count},
                               {"delta_r_normalized", delta_r_normalized / count},
                               {"delta_s_normalized", delta_s_normalized / count},
                               {"subgraphs", count},
                               {"max_expansion_ratio", largest_ratio},
                               {"mean_expansion_ratio", sum_of_ratios / count}};
}

MetricValue network_imdb(const std::vector<MetricValue>& layers) {
    MetricValue mean = mean_over_layers(layers);
    if (!mean.is_object()) return mean;
    MetricValue::Fields fields = mean.fields();
    const auto defined = static_cast<double>(std::ranges::count_if(layers, &MetricValue::is_object));
    fields.emplace_back("defined_fraction", defined / static_cast<double>(layers.size()));
    return fields;
}

}  // namespace espalier::topology
