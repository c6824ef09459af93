#include <algorithm>
#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/assignment/fixed_points.hpp>
#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/distance/matched_neurons.hpp>
#include <espalier/topology/distance/neuron_similarity.hpp>
#include <espalier/topology/distance/nnstd.hpp>
#include <espalier/topology/graph/streams.hpp>

namespace espalier::topology {
namespace {

LayerMatch match_of(const Pattern& first, const Pattern& second, std::span<const std::uint32_t> partner_before,
                    std::vector<std::uint32_t> partner) {
    const double cost = matched_cost(first, second, partner_before, partner);
    const double distance = first.rows() == 0 ? 0.0 : cost / static_cast<double>(first.rows());
    return {distance, cost, std::move(partner), distance};
}

LayerMatch nearly_match_layer(CandidateLists& lists, const Pattern& first, const Pattern& second,
                              std::span<const std::uint32_t> partner_before) {
    SimilarityMatching matching = match_nearly_most_alike(lists);
    const auto outputs = static_cast<double>(first.rows());
    // A rounding error's worth below, so that the bound holds in exact arithmetic.
    const double lower = (outputs - matching.bound()) / outputs - tight_tolerance;
    LayerMatch match = match_of(first, second, partner_before, std::move(matching.column));
    match.lower_bound = std::clamp(lower, 0.0, match.distance);
    return match;
}

std::vector<LayerStreams> streams_of(const Topology& topology) {
    try {
        return layer_streams(topology);
    } catch (const FormatError& error) {
        throw FormatError(std::string("nnstd: ") + error.what() + "; nnstd_layerwise compares each layer by itself");
    }
}

/// Of networks whose layers hang together in the same way.
std::vector<LayerStreams> common_streams(const Topology& first, const Topology& second) {
    std::vector<LayerStreams> streams = streams_of(first);
    const std::vector<LayerStreams> others = streams_of(second);
    for (std::size_t k = 0; k < streams.size(); ++k) {
        if (streams[k] == others[k]) continue;
        throw FormatError("nnstd: layer '" + first.layers[k].name +
                          "' is not fed by, or added to, the same layers in " + first.label + " and " + second.label +
                          "; compare such layers with nnstd_layerwise");
    }
    return streams;
}

/// Every layer by itself.
std::vector<LayerStreams> no_streams(std::size_t layers) {
    std::vector<LayerStreams> streams(layers);
    for (std::size_t k = 0; k < layers; ++k) streams[k].writes = k;
    return streams;
}

std::vector<LayerMatch> match_layers(const Topology& first, const Topology& second,
                                     const std::vector<LayerStreams>& streams, const NnstdOptions& options) {
    std::vector<LayerMatch> matches;
    for (std::size_t k = 0; k < first.layers.size(); ++k) {
        const Pattern& one = first.layers[k].pattern;
        const Pattern& other = second.layers[k].pattern;
        const auto before = streams[k].reads ? std::span<const std::uint32_t>(matches[*streams[k].reads].partner)
                                             : std::span<const std::uint32_t>{};
        const bool is_fixed = streams[k].is_fixed || (!options.match_last && k + 1 == first.layers.size());
        const bool is_named = streams[k].writes < k;  // what is added to a stream keeps the stream's numbers
        try {
            if (is_fixed || is_named) {
                matches.push_back(match_of(
                    one, other, before,
                    is_fixed ? identity_partners(one.rows()) : std::vector(matches[streams[k].writes].partner)));
            } else {
                matches.push_back(match_layer(one, other, before, options));
            }
        } catch (const FormatError& error) {
            throw FormatError("nnstd: layer '" + first.layers[k].name + "': " + error.what());
        }
    }
    return matches;
}

}  // namespace

CostMatrix edit_distances(const Pattern& first, const Pattern& second, std::span<const std::uint32_t> partner_before) {
    const NeuronSimilarity neurons(first, second, partner_before);
    CostMatrix costs(first.rows(), second.rows());
    for (std::size_t a = 0; a < first.rows(); ++a) neurons.edit_distances(a, costs.row(a));
    return costs;
}

LayerMatch match_layer(const Pattern& first, const Pattern& second, std::span<const std::uint32_t> partner_before,
                       const NnstdOptions& options) {
    const NeuronSimilarity neurons(first, second, partner_before);
    CandidateLists lists(neurons);
    if (first.rows() > options.exact_limit) return nearly_match_layer(lists, first, second, partner_before);
    SimilarityMatching matching = match_most_alike(lists);
    if (options.prefer_identity) {
        matching.column = most_fixed_points(TightPairs(lists, matching), std::move(matching.column));
    }
    return match_of(first, second, partner_before, std::move(matching.column));
}

std::vector<LayerMatch> nnstd(const Topology& first, const Topology& second, const NnstdOptions& options) {
    require_comparable(first, second, "nnstd");
    return match_layers(first, second, common_streams(first, second), options);
}

std::vector<LayerMatch> nnstd_layerwise(const Topology& first, const Topology& second, const NnstdOptions& options) {
    require_comparable(first, second, "nnstd");
    return match_layers(first, second, no_streams(first.layers.size()), options);
}

}  // namespace espalier::topology
