#include <espalier/topology/layer_metric.hpp>
#include <espalier/topology/spectral/cheeger.hpp>
#include <espalier/topology/spectral/conductance.hpp>
#include <espalier/topology/spectral/delta_s.hpp>
#include <espalier/topology/spectral/expander_mixing.hpp>
#include <espalier/topology/spectral/full_spectrum.hpp>
#include <espalier/topology/spectral/imdb.hpp>
#include <espalier/topology/spectral/ramanujan_gap.hpp>
#include <espalier/topology/spectral/singular_values.hpp>
#include <espalier/topology/spectral/spectral_table.hpp>
#include <espalier/topology/spectral/weighted_gap.hpp>
#include <espalier/topology/structure/connectivity_bound.hpp>

namespace espalier::topology {
namespace {

MetricValue ramanujan_gap(const Layer& layer, const Settings& settings) {
    const bool is_once = settings.text("randomness_edges") == "once";
    return ramanujan_gap_metric(layer, is_once ? RandomnessEdges::once : RandomnessEdges::twice);
}

MetricResult imdb(const Topology& topology, const Settings& settings) {
    MetricResult result = of_layers<imdb_metric>(topology, settings);
    result.network = network_imdb(result.layers);
    return result;
}

MetricResult full_spectrum_as_set(const Topology& topology, const Settings& settings) {
    return full_spectrum(topology, {settings.text("reference"), settings.flag("z_scaled"), settings.count("seed")});
}

MetricValue expander_mixing(const Layer& layer, const Settings& settings) {
    return expander_mixing_metric(layer, {settings.count("pairs", 1), settings.count("seed")});
}

Setting matrix_setting() {
    return {"matrix",
            "pattern",
            "singular values of 0 and 1, of the weights, or of their absolute values",
            {"pattern", "weights", "absolute_weights"}};
}

template <auto OfLayer>
MetricValue of_matrix(const Layer& layer, const Settings& settings) {
    const std::string& matrix = settings.text("matrix");
    if (matrix == "weights") return OfLayer(layer, SpectrumOf::weights);
    return OfLayer(layer, matrix == "pattern" ? SpectrumOf::pattern : SpectrumOf::absolute_weights);
}

}  // namespace

std::vector<Metric> spectral_metrics() {
    return {
        {{"ramanujan_gap", "room below the Ramanujan bound: sigma_1, sigma_2, bound, gap, expansion, randomness",
          "Hoang et al. 2023; definitions.md 6.9"},
         of_layers<ramanujan_gap>,
         {{"randomness_edges", "twice", "how often an edge counts in randomness", {"twice", "once"}}}},
        {{"delta_s", "room below the bound 2 sqrt(sigma_1 - 1)", "Pal et al. 2022; definitions.md 6.9"},
         of_layers<delta_s_metric>},
        {{"imdb", "mean room below both bounds over the left-regular subgraphs; of a network also where defined",
          "Hoang et al. 2023; definitions.md 6.10"},
         imdb},
        {{"connectivity_bound", "the Ramanujan bound with mean degrees over all neurons, dead ones too",
          "Hoang et al. 2023; definitions.md 6.9"},
         of_layers<connectivity_bound_metric>},
        {{"weighted_gap", "sigma_1 - sigma_2 of the absolute weights, and over sigma_1",
          "Hoang et al. 2023; definitions.md 6.11"},
         of_layers<weighted_gap_metric>},
        {{"imsg", "mean weighted_gap over the left-regular subgraphs", "Hoang et al. 2023; definitions.md 6.11"},
         of_layers<imsg_metric>},
        {{"full_spectrum",
          "gaps of ramanujan_gap, imdb, weighted_gap, imsg; of a network its distance from a reference",
          "Hoang et al. 2023; definitions.md 6.12"},
         full_spectrum_as_set,
         {{"reference", "init", "the first snapshot of its file (init), random masks (erk_random), or a topology", {}},
          {"z_scaled", "false", "differences over their standard deviation among random masks", {"true", "false"}},
          {"seed", "0", "of the random masks", {}}},
         true},
        {{"cheeger", "spectral gap of the normalised graph, and what it says of every cut", "definitions.md 6.13"},
         of_layers<cheeger_metric>},
        {{"conductance", "the best cut along the second singular vectors: severed share, edges, neurons",
          "definitions.md 6.13"},
         of_layers<conductance_metric>},
        {{"expander_mixing", "random sets against the mixing lemma: at most 1 for biregular layers",
          "definitions.md 6.14"},
         of_layers<expander_mixing>,
         {{"pairs", "1000", "pairs of random sets", {}}, {"seed", "0", "of the sets", {}}}},
        {{"spectral_norm", "the largest singular value", "definitions.md 6.15"},
         of_layers<of_matrix<spectral_norm_metric>>,
         {matrix_setting()}},
        {{"effective_rank", "exp of the entropy of the singular values; layers up to 2048",
          "Roy and Vetterli 2007; definitions.md 6.15"},
         of_layers<of_matrix<effective_rank_metric>>,
         {matrix_setting()},
         true},
        {{"numerical_rank", "singular values above rounding; layers up to 2048", "definitions.md 6.15"},
         of_layers<of_matrix<numerical_rank_metric>>,
         {matrix_setting()},
         true},
        {{"singular_values", "all of them, descending; layers up to 2048", "definitions.md 6.15"},
         of_layers<of_matrix<singular_values_metric>>,
         {matrix_setting()},
         true},
    };
}

}  // namespace espalier::topology
