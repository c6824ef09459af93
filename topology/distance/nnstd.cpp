#include <algorithm>
#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/assignment/fixed_points.hpp>
#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/distance/matched_neurons.hpp>
#include <espalier/topology/distance/neuron_similarity.hpp>
#include <espalier/topology/distance/nnstd.hpp>
#include <espalier/topology/distance/stream_groups.hpp>
#include <espalier/topology/graph/block_diagonal.hpp>

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

StreamGroups streams_of(const Topology& topology, const NnstdOptions& options) {
    try {
        return {topology, !options.match_last};
    } catch (const FormatError& error) {
        throw FormatError(std::string("nnstd: ") + error.what() + "; nnstd_layerwise compares each layer by itself");
    }
}

/// Of networks whose layers hang together in the same way.
StreamGroups common_streams(const Topology& first, const Topology& second, const NnstdOptions& options) {
    StreamGroups streams = streams_of(first, options);
    if (const auto layer = streams.first_difference(streams_of(second, options))) {
        throw FormatError("nnstd: layer '" + first.layers[*layer].name +
                          "' is not fed by, or added to, the same layers in " + first.label + " and " + second.label +
                          "; compare such layers with nnstd_layerwise");
    }
    return streams;
}

Pattern some_rows(const Pattern& pattern, std::span<const std::uint32_t> rows) {
    return Pattern::by_rows(
        rows.size(), pattern.cols(), pattern.edges(), [&](std::size_t k) { return pattern.row(rows[k]).size(); },
        [&](std::size_t k, std::span<std::uint32_t> to) { std::ranges::copy(pattern.row(rows[k]), to.begin()); });
}

/// Where only parts of the outputs are free, or none: each part by itself, or as the stream was matched before.
LayerMatch match_parts(const Pattern& one, const Pattern& other, std::span<const std::uint32_t> before,
                       const StreamGroups& streams, std::size_t k, std::span<const std::vector<std::uint32_t>> partners,
                       const NnstdOptions& options) {
    std::vector<std::uint32_t> partner = identity_partners(one.rows());
    for (const StreamGroups::Part& part : streams.written(k)) {
        if (!part.is_first) {
            streams.give(part, partners, partner);
            continue;
        }
        const Pattern some = some_rows(one, part.units);
        const LayerMatch match = match_layer(some, some_rows(other, part.units), before, options);
        for (std::size_t u = 0; u < part.units.size(); ++u) partner[part.units[u]] = part.units[match.partner[u]];
    }
    return match_of(one, other, before, std::move(partner));
}

std::vector<LayerMatch> match_layers(const Topology& first, const Topology& second, const StreamGroups& streams,
                                     const NnstdOptions& options) {
    std::vector<LayerMatch> matches;
    std::vector<std::vector<std::uint32_t>> partners;
    for (std::size_t k = 0; k < first.layers.size(); ++k) {
        const Pattern& one = first.layers[k].pattern;
        const Pattern& other = second.layers[k].pattern;
        const std::vector<std::uint32_t> before = streams.before(k, partners);
        const std::vector<StreamGroups::Part>& parts = streams.written(k);
        const bool is_free = parts.size() == 1 && parts[0].is_first && parts[0].units.size() == one.rows();
        try {
            matches.push_back(is_free ? match_layer(one, other, before, options)
                                      : match_parts(one, other, before, streams, k, partners, options));
        } catch (const FormatError& error) {
            throw FormatError("nnstd: layer '" + first.layers[k].name + "': " + error.what());
        }
        partners.push_back(matches.back().partner);
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
    const Topology one = block_diagonal(first);
    const Topology other = block_diagonal(second);
    return match_layers(one, other, common_streams(one, other, options), options);
}

std::vector<LayerMatch> nnstd_layerwise(const Topology& first, const Topology& second, const NnstdOptions& options) {
    require_comparable(first, second, "nnstd");
    std::vector<LayerMatch> matches;
    for (std::size_t k = 0; k < first.layers.size(); ++k) {
        const Pattern one = block_diagonal(first.layers[k]).pattern;
        const Pattern other = block_diagonal(second.layers[k]).pattern;
        const bool is_named = !options.match_last && k + 1 == first.layers.size();
        matches.push_back(is_named ? match_of(one, other, {}, identity_partners(one.rows()))
                                   : match_layer(one, other, {}, options));
    }
    return matches;
}

}  // namespace espalier::topology
