#include <espalier/topology/comparison.hpp>
#include <espalier/topology/connected_components.hpp>
#include <espalier/topology/degree.hpp>
#include <espalier/topology/density.hpp>
#include <espalier/topology/hamming.hpp>
#include <espalier/topology/jaccard.hpp>
#include <espalier/topology/nnstd.hpp>
#include <espalier/topology/overlap.hpp>
#include <espalier/topology/registry.hpp>

namespace espalier::topology {
namespace {

/// A distance of two patterns, taken layer by layer.
template <double (*OfLayers)(const Pattern&, const Pattern&)>
std::vector<double> layer_by_layer(const Topology& first, const Topology& second) {
    std::vector<double> values;
    for (std::size_t k = 0; k < first.layers.size(); ++k) {
        values.push_back(OfLayers(first.layers[k].pattern, second.layers[k].pattern));
    }
    return values;
}

template <std::vector<LayerMatch> (*OfNetworks)(const Topology&, const Topology&)>
std::vector<double> matched(const Topology& first, const Topology& second) {
    std::vector<double> values;
    for (const LayerMatch& match : OfNetworks(first, second)) values.push_back(match.distance);
    return values;
}

}  // namespace

const std::vector<Distance>& distances() {
    static const std::vector<Distance> table{
        {{"nnstd", "sparse topology distance: hidden neurons matched layer after layer, whatever their numbers",
          "Liu et al. 2020; methods.md 6.3"},
         matched<nnstd>},
        {{"nnstd_layerwise", "nnstd of each layer on its own, its inputs as they are numbered", "methods.md 6.3"},
         matched<nnstd_layerwise>},
        {{"jaccard", "1 - intersection over union of the edge sets, neuron by neuron", "methods.md 6.2"},
         layer_by_layer<jaccard_distance>},
        {{"hamming", "share of all possible edges that only one network has", "methods.md 6.2"},
         layer_by_layer<hamming_distance>},
        {{"overlap", "1 - common edges over those of the sparser network", "methods.md 6.2"},
         layer_by_layer<overlap_distance>},
    };
    return table;
}

const std::vector<Metric>& metrics() {
    static const std::vector<Metric> table{
        {{"edges", "kept edges; of a network their sum", "methods.md 1.1"}, edges_metric, network_edges},
        {{"density", "kept share of the possible edges; of a network over all layers together", "methods.md 1.1"},
         density_metric,
         network_density},
        {{"degree", "degrees of inputs and outputs: mean, min, max, std, dead", "methods.md 6.1"}, degree_metric},
        {{"connected_components", "components with at least one edge", "methods.md 6.4"}, connected_components_metric},
    };
    return table;
}

const Distance& find_distance(const std::string& name) {
    return find_named(distances(), name, "distance");
}

const Metric& find_metric(const std::string& name) {
    return find_named(metrics(), name, "metric");
}

MetricResult measure(const Metric& metric, const Topology& topology) {
    std::vector<MetricValue> layers;
    for (const Layer& layer : topology.layers) layers.push_back(metric.of_layer(layer));
    MetricValue network = metric.of_network != nullptr ? metric.of_network(topology) : mean_over_layers(layers);
    return {std::move(layers), std::move(network)};
}

}  // namespace espalier::topology
