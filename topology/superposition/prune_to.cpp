#include <cmath>
#include <string>

#include <espalier/base/memory/lowest_scores.hpp>
#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/topology/superposition/merged_layer.hpp>
#include <espalier/topology/superposition/prune_to.hpp>

namespace espalier::topology {
namespace {

void append_magnitudes(const Layer& layer, std::vector<float>& scores) {
    if (layer.values.size() != layer.pattern.edges()) throw FormatError("layer " + layer.name + " has no weights");
    const std::size_t begin = scores.size();
    scores.resize(begin + layer.values.size());
    for_row_runs(layer.values.size(), layer.values.size(), [&](std::size_t from, std::size_t to) {
        for (std::size_t k = from; k < to; ++k) scores[begin + k] = std::abs(layer.values[k]);
    });
}

/// The layer without the weights that go; its first score is number `begin`.
Layer without(const Layer& layer, const LowestScores& goes, std::size_t begin) {
    const Layer* const alone[] = {&layer};
    return merged_layer(alone, [&](std::span<const Kept> kept) {
        const std::size_t edge = kept.front().edge;
        return goes.contains(begin + edge) ? std::nullopt : std::optional(layer.values[edge]);
    });
}

}  // namespace

std::size_t kept_at(double density, std::size_t positions) {
    if (!(density > 0 && density <= 1)) {
        throw ConfigError("density " + std::to_string(density) + " must lie above 0 and at most at 1");
    }
    return static_cast<std::size_t>(std::floor(density * static_cast<double>(positions) * (1 + 1e-12)));
}

StoredNetwork prune_to(const StoredNetwork& network, std::size_t keep, const std::vector<bool>& untouched) {
    const auto stays = [&](std::size_t l) { return l < untouched.size() && untouched[l]; };
    const std::vector<Layer>& layers = network.topology.layers;
    std::vector<float> scores;
    std::size_t whole = 0;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        if (stays(l)) {
            whole += layers[l].pattern.edges();
        } else {
            append_magnitudes(layers[l], scores);
        }
    }
    if (keep < whole) {
        throw FormatError("cannot keep " + std::to_string(keep) +
                          " weights: layers that are full in all tickets have " + std::to_string(whole) +
                          "; a higher density is needed");
    }
    if (scores.size() <= keep - whole) return network;
    const LowestScores goes(scores, scores.size() - (keep - whole), "pruning by magnitude");
    StoredNetwork rest{{.label = network.topology.label, .layers = {}, .source = network.topology.source},
                       network.parameters};
    std::size_t begin = 0;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        rest.topology.layers.push_back(stays(l) ? layers[l] : without(layers[l], goes, begin));
        begin += stays(l) ? 0 : layers[l].pattern.edges();
    }
    return rest;
}

StoredNetwork prune_layers_to(const StoredNetwork& network, std::span<const std::size_t> keep) {
    const std::vector<Layer>& layers = network.topology.layers;
    if (keep.size() != layers.size()) {
        throw FormatError(std::to_string(keep.size()) + " counts for " + std::to_string(layers.size()) + " layers");
    }
    StoredNetwork rest = network;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        std::vector<float> scores;
        append_magnitudes(layers[l], scores);
        if (scores.size() <= keep[l]) continue;
        const LowestScores goes(scores, scores.size() - keep[l], "pruning by magnitude");
        rest.topology.layers[l] = without(layers[l], goes, 0);
    }
    return rest;
}

StoredNetwork pruned(const StoredNetwork& network, const WeightBudget& budget) {
    if (!budget.each.empty()) return prune_layers_to(network, budget.each);
    return budget.total ? prune_to(network, *budget.total, budget.untouched) : network;
}

std::vector<float> values_at(const Layer& layer, const Pattern& pattern) {
    require_equal_shape(layer.pattern, pattern, "values at a pattern");
    std::vector<float> values(pattern.edges());
    for_row_runs(pattern.rows(), pattern.edges(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            const std::span<const std::uint32_t> from = layer.pattern.row(row);
            std::size_t at = 0;
            std::size_t to = pattern.row_begin(row);
            for (const std::uint32_t col : pattern.row(row)) {
                while (at < from.size() && from[at] < col) ++at;
                if (at == from.size() || from[at] != col) throw FormatError("values at a pattern: one is not kept");
                values[to++] = layer.values[layer.pattern.row_begin(row) + at];
            }
        }
    });
    return values;
}

}  // namespace espalier::topology
