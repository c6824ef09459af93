#include <espalier/topology/layer_metric.hpp>
#include <espalier/topology/structure/assortativity.hpp>
#include <espalier/topology/structure/betweenness.hpp>
#include <espalier/topology/structure/butterflies.hpp>
#include <espalier/topology/structure/clustering.hpp>
#include <espalier/topology/structure/connected_components.hpp>
#include <espalier/topology/structure/degree_law.hpp>
#include <espalier/topology/structure/k_core.hpp>
#include <espalier/topology/structure/matching.hpp>
#include <espalier/topology/structure/nestedness.hpp>
#include <espalier/topology/structure/strength.hpp>
#include <espalier/topology/structure/structure_table.hpp>

namespace espalier::topology {

std::vector<Metric> structure_metrics() {
    return {
        {{"input_strength", "sums of absolute weights over the edges of each input", "definitions.md 6.7"},
         of_layers<input_strength_metric>},
        {{"output_strength", "sums of absolute weights over the edges of each output", "definitions.md 6.7"},
         of_layers<output_strength_metric>},
        {{"components", "connected components and dead neurons: count, sizes, share of the largest",
          "definitions.md 6.24"},
         of_layers<components_metric>},
        {{"k_core", "core numbers of the neurons: largest, mean, histogram",
          "Batagelj and Zaversnik 2003; definitions.md 6.25"},
         of_layers<k_core_metric>},
        {{"assortativity", "correlation over the edges of the degrees at their ends", "definitions.md 6.8"},
         of_layers<assortativity_metric>},
        {{"power_law", "whether degrees are scale-free: fitted exponent, KS distance, likelihood against random edges",
          "Clauset, Shalizi and Newman 2009; definitions.md 6.6"},
         of_layers<power_law_metric>,
         {{"estimator",
           "exact",
           "maximum likelihood of the discrete law, or the usual approximation of it",
           {"exact", "approximate"}},
          {"least_tail", "10", "neurons that the tail must hold", {}},
          {"bootstrap", "0", "replicates of the p-value, 0 for none", {}},
          {"seed", "0", "of the replicates", {}}}},
        {{"butterflies", "pairs of inputs with pairs of outputs, all four edges kept",
          "Wang et al. 2019; definitions.md 6.26"},
         of_layers<butterflies_metric>},
        {{"clustering", "share of the paths of three edges that a fourth edge closes",
          "Robins and Alexander 2004; definitions.md 6.26"},
         of_layers<clustering_metric>},
        {{"local_clustering", "how similar the neighbours of neurons are that share some",
          "Latapy et al. 2008; definitions.md 6.26"},
         of_layers<local_clustering_metric>},
        {{"betweenness", "share of shortest paths that lead through a neuron; of a network over all its levels",
          "Brandes 2001; definitions.md 6.27"},
         betweenness_metric,
         {{"samples", "0", "sources to follow, 0 for all, which is exact", {}}, {"seed", "0", "of the samples", {}}},
         true},
        {{"matching", "most edges of which no two share a neuron, and the share of neurons they cover",
          "Hopcroft and Karp 1973"},
         of_layers<matching_metric>},
        {{"nestedness", "NODF: whether neurons with few edges read or feed what those with more do",
          "Almeida-Neto et al. 2008; definitions.md 6.28"},
         of_layers<nestedness_metric>},
    };
}

}  // namespace espalier::topology
