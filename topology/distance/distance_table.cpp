#include <espalier/topology/distance/degree_distance.hpp>
#include <espalier/topology/distance/dice.hpp>
#include <espalier/topology/distance/hamming.hpp>
#include <espalier/topology/distance/jaccard.hpp>
#include <espalier/topology/distance/nnstd.hpp>
#include <espalier/topology/distance/nnstd_joint.hpp>
#include <espalier/topology/distance/overlap.hpp>
#include <espalier/topology/distance/spectral_distance.hpp>
#include <espalier/topology/distance/weight_distance.hpp>
#include <espalier/topology/layer_metric.hpp>

namespace espalier::topology {
namespace {

std::vector<Setting> nnstd_joint_settings() {
    return {
        {"ties",
         "identity",
         "of equally cheap matchings: most neurons in their places, or whichever the solver finds",
         {"identity", "solver"}},
        {"match_last", "true", "match the last layer's outputs too; false: each stands for itself", {"true", "false"}},
    };
}

std::vector<Setting> nnstd_settings() {
    std::vector<Setting> settings = nnstd_joint_settings();
    settings.push_back({"exact_limit",
                        "16384",
                        "layers with more outputs are matched approximately, with a certified lower bound",
                        {}});
    return settings;
}

NnstdOptions nnstd_options(const Settings& settings) {
    return {.prefer_identity = settings.text("ties") == "identity", .match_last = settings.flag("match_last")};
}

template <std::vector<LayerMatch> (*OfNetworks)(const Topology&, const Topology&, const NnstdOptions&)>
LayerDistances matched(const Topology& first, const Topology& second, const Settings& settings) {
    NnstdOptions options = nnstd_options(settings);
    options.exact_limit = settings.count("exact_limit");
    LayerDistances distances;
    bool is_exact = true;
    for (const LayerMatch& match : OfNetworks(first, second, options)) {
        distances.values.push_back(match.distance);
        distances.lower_bounds.push_back(match.lower_bound);
        is_exact = is_exact && match.partner.size() <= options.exact_limit;
    }
    if (is_exact) distances.lower_bounds.clear();
    return distances;
}

LayerDistances jointly_matched(const Topology& first, const Topology& second, const Settings& settings) {
    LayerDistances distances;
    for (const LayerMatch& match : nnstd_joint(first, second, nnstd_options(settings))) {
        distances.values.push_back(match.distance);
    }
    return distances;
}

std::vector<Setting> alignment_settings() {
    std::vector<Setting> settings = nnstd_joint_settings();
    settings.insert(settings.begin(), {"align",
                                       "nnstd",
                                       "whose matching puts hidden neurons in each other's places; none: as numbered",
                                       {"nnstd", "nnstd_joint", "none"}});
    return settings;
}

std::vector<LayerMatch> alignment(const Topology& first, const Topology& second, const Settings& settings) {
    if (settings.text("align") == "none") return {};
    const NnstdOptions options = nnstd_options(settings);
    return settings.text("align") == "nnstd" ? nnstd(first, second, options) : nnstd_joint(first, second, options);
}

template <double (*OfSums)(const WeightSums&)>
LayerDistances between_weights(const Topology& first, const Topology& second, const Settings& settings) {
    require_weights(first, second);
    const std::vector<LayerMatch> matches = alignment(first, second, settings);
    LayerDistances distances;
    for (const WeightSums& layer : compare_aligned_weights(first, second, matches)) {
        distances.values.push_back(OfSums(layer));
    }
    return distances;
}

}  // namespace

namespace {

std::vector<Distance> built_in_distances() {
    return {
        {{"nnstd", "sparse topology distance: hidden neurons matched layer after layer, whatever their numbers",
          "Liu et al. 2020; definitions.md 6.3"},
         matched<nnstd>,
         nnstd_settings()},
        {{"nnstd_layerwise", "nnstd of each layer on its own, its inputs as they are numbered", "definitions.md 6.4"},
         matched<nnstd_layerwise>,
         nnstd_settings()},
        {{"nnstd_joint", "nnstd with all hidden neurons matched together: no change of one layer lowers the mean",
          "ours; definitions.md 6.4"},
         jointly_matched,
         nnstd_joint_settings()},
        {{"jaccard", "1 - intersection over union of the edge sets, neuron by neuron", "definitions.md 6.2"},
         between_layers<jaccard_distance>},
        {{"hamming", "share of all possible edges that only one network has", "definitions.md 6.2"},
         between_layers<hamming_distance>},
        {{"overlap", "1 - common edges over those of the sparser network", "definitions.md 6.2"},
         between_layers<overlap_distance>},
        {{"dice", "1 - twice the common edges over the edges of both", "definitions.md 6.2"},
         between_layers<dice_distance>},
        {{"degree", "earth mover's distance of the degree histograms, degrees as shares of the largest possible",
          "ours; the mean over inputs and outputs"},
         between_layers<degree_distance>},
        {{"spectral", "Euclidean distance of the singular values, descending, over the norm of the first's", "ours"},
         between_layers<spectral_distance>},
        {{"cosine", "1 - cosine of the weights, hidden neurons aligned; from 0 to 2", "definitions.md 6.2"},
         between_weights<cosine_distance>,
         alignment_settings()},
        {{"l2", "norm of the difference of the weights over the sum of their norms, hidden neurons aligned", "ours"},
         between_weights<l2_distance>,
         alignment_settings()},
    };
}

Registry<Distance>& all_distances() {
    static Registry<Distance> all(built_in_distances());
    return all;
}

}  // namespace

const Registry<Distance>& distances() {
    return all_distances();
}

void add_distance(Distance distance) {
    all_distances().add(std::move(distance), "distance");
}

}  // namespace espalier::topology
