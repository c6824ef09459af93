#include <espalier/topology/hamming.hpp>
#include <espalier/topology/jaccard.hpp>
#include <espalier/topology/layer_metric.hpp>
#include <espalier/topology/nnstd.hpp>
#include <espalier/topology/overlap.hpp>

namespace espalier::topology {
namespace {

template <std::vector<LayerMatch> (*OfNetworks)(const Topology&, const Topology&)>
LayerDistances matched(const Topology& first, const Topology& second, const Settings&) {
    LayerDistances distances;
    for (const LayerMatch& match : OfNetworks(first, second)) distances.values.push_back(match.distance);
    return distances;
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
         between_layers<jaccard_distance>},
        {{"hamming", "share of all possible edges that only one network has", "methods.md 6.2"},
         between_layers<hamming_distance>},
        {{"overlap", "1 - common edges over those of the sparser network", "methods.md 6.2"},
         between_layers<overlap_distance>},
    };
    return table;
}

}  // namespace espalier::topology
