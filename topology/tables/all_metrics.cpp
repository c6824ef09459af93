#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/layer_metric.hpp>
#include <espalier/topology/paths/effective.hpp>
#include <espalier/topology/paths/max_flow.hpp>
#include <espalier/topology/paths/neurons.hpp>
#include <espalier/topology/paths/path_centrality.hpp>
#include <espalier/topology/paths/path_kernel_trace.hpp>
#include <espalier/topology/paths/reachability.hpp>
#include <espalier/topology/spectral/spectral_table.hpp>
#include <espalier/topology/structure/channel_overlap.hpp>
#include <espalier/topology/structure/compatibility.hpp>
#include <espalier/topology/structure/connected_components.hpp>
#include <espalier/topology/structure/copeland.hpp>
#include <espalier/topology/structure/density.hpp>
#include <espalier/topology/structure/structure_table.hpp>

namespace espalier::topology {
namespace {

std::vector<Metric> joined(const std::vector<std::vector<Metric>>& parts) {
    std::vector<Metric> all;
    for (const std::vector<Metric>& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

std::vector<Setting> of_pairs() {
    return {{"degree_vectors",
             "full",
             "cut: end them after the last neuron with an edge, as the program does",
             {"full", "cut"}},
            {"classifier", "keep", "skip: leave out the last layer, as published", {"keep", "skip"}}};
}

std::vector<Metric> own_metrics() {
    return {
        {{"edges", "kept edges; of a network their sum", "definitions.md 1.1"},
         of_layers_and_network<edges_metric, network_edges>},
        {{"density", "kept share of the possible edges; of a network over all layers together", "definitions.md 1.1"},
         of_layers_and_network<density_metric, network_density>},
        {{"degree", "degrees of inputs and outputs: how many, how unequal, and their histogram", "definitions.md 6.5"},
         of_layers<degree_metric>},
        {{"connected_components", "components with at least one edge", "definitions.md 6.24"},
         of_layers<connected_components_metric>},
        {{"effective",
          "what lies on a path from input to output: parameters, inputs and outputs of each layer; paths, "
          "nodes and parameters of the network",
          "Pham et al. 2023; definitions.md 6.16"},
         effective_metric,
         {{"mapping",
           "channel",
           "spatial: paths of pixels on the true sizes of maps, which runs of networks of images record",
           {"channel", "spatial"}},
          {"biases", "0", "1: every neuron starts a path of its own, as in NPB's program", {"0", "1"}},
          {"npb_count",
           "false",
           "true: nodes as NPB's program counts them; own_masks: without its mixed up masks",
           {"false", "true", "own_masks"}}}},
        {{"neurons", "neurons that do nothing: dead, not reached from the input, leading nowhere",
          "definitions.md 6.20"},
         neurons_metric},
        {{"path_centrality", "how the paths from input to output are spread over the neurons", "definitions.md 6.17"},
         path_centrality_metric},
        {{"path_kernel_trace", "trace of the path kernel; of a network the sum over its layers",
          "Patil and Dovrolis 2021; definitions.md 6.18"},
         path_kernel_trace_metric},
        {{"max_flow",
          "edge-disjoint paths from input to output and their minimum cut, vertex-disjoint paths, the layer of "
          "the cut and the one with the smallest share of effective outputs",
          "Boykov and Kolmogorov 2004; definitions.md 6.19"},
         max_flow_metric,
         {},
         true},
        {{"reachability", "how many of the network's inputs reach each output; of a network its last layer's",
          "definitions.md 6.21"},
         reachability_metric,
         {},
         true},
        {{"copeland", "how much leaves the neurons before a layer against what enters them; 1 is balance",
          "Hoang et al. 2023; definitions.md 6.22"},
         copeland_metric,
         of_pairs()},
        {{"compatibility", "share of the fed neurons before a layer that feed it",
          "Hoang et al. 2023; definitions.md 6.22"},
         compatibility_metric,
         of_pairs()},
        {{"channel_overlap", "how far the places of an input channel feed the same outputs",
          "Hoang et al. 2023; definitions.md 6.23"},
         channel_overlap_metric},
    };
}

Registry<Metric>& all_metrics() {
    static Registry<Metric> all(joined({own_metrics(), structure_metrics(), spectral_metrics()}));
    return all;
}

}  // namespace

const Registry<Metric>& metrics() {
    return all_metrics();
}

void add_metric(Metric metric) {
    for (const SeriesMetric& other : series_metrics()) {
        if (other.name == metric.name)
            throw ConfigError("metric " + metric.name + " cannot be added: there is one of series of this name");
    }
    all_metrics().add(std::move(metric), "metric");
}

}  // namespace espalier::topology
