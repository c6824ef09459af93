#include <algorithm>

#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/distance/distance_matrix.hpp>

namespace espalier::topology {
namespace {

struct Pair {
    std::size_t first;
    std::size_t second;
};

std::vector<Pair> pairs_of(std::size_t count) {
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = i + 1; j < count; ++j) pairs.push_back({i, j});
    }
    return pairs;
}

DistanceMatrix empty_matrix(const Distance& distance, std::span<const Topology* const> topologies) {
    DistanceMatrix matrix;
    matrix.metric = distance.name;
    for (const Topology* topology : topologies) matrix.topologies.push_back(topology->label);
    if (!topologies.empty()) {
        for (const Layer& layer : topologies.front()->layers) matrix.layers.push_back(layer.name);
    }
    const std::size_t count = topologies.size();
    matrix.mean.assign(count, std::vector<double>(count, 0.0));
    matrix.per_layer.assign(matrix.layers.size(), matrix.mean);
    return matrix;
}

/// [layer][i][j] and [i][j] get the values of one pair and their mean.
void enter(std::vector<DistanceMatrix::Square>& per_layer, DistanceMatrix::Square& mean, Pair pair,
           const std::vector<double>& values) {
    const auto [i, j] = pair;
    double sum = 0;
    for (std::size_t k = 0; k < values.size(); ++k) {
        per_layer[k][i][j] = per_layer[k][j][i] = values[k];
        sum += values[k];
    }
    mean[i][j] = mean[j][i] = values.empty() ? 0.0 : sum / static_cast<double>(values.size());
}

/// Bounds of all pairs where one pair has some: an exact value is its own.
void enter_bounds(DistanceMatrix& matrix, const std::vector<Pair>& pairs, const std::vector<LayerDistances>& results) {
    if (std::ranges::all_of(results, [](const LayerDistances& one) { return one.lower_bounds.empty(); })) return;
    matrix.lower_bound_per_layer = matrix.per_layer;
    matrix.lower_bound_mean = matrix.mean;
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        if (results[k].lower_bounds.empty()) continue;
        enter(matrix.lower_bound_per_layer, matrix.lower_bound_mean, pairs[k], results[k].lower_bounds);
    }
}

}  // namespace

DistanceMatrix distance_matrix(const Distance& distance, const Settings& settings,
                               std::span<const Topology* const> topologies) {
    for (std::size_t k = 1; k < topologies.size(); ++k) {
        require_comparable(*topologies.front(), *topologies[k], distance.name);
    }
    DistanceMatrix matrix = empty_matrix(distance, topologies);
    const std::vector<Pair> pairs = pairs_of(topologies.size());
    std::vector<LayerDistances> results(pairs.size());
    parallel_for(pairs.size(), [&](std::size_t k) {
        results[k] = distance.of_networks(*topologies[pairs[k].first], *topologies[pairs[k].second], settings);
    });
    for (std::size_t k = 0; k < pairs.size(); ++k) enter(matrix.per_layer, matrix.mean, pairs[k], results[k].values);
    enter_bounds(matrix, pairs, results);
    return matrix;
}

DistanceMatrix distance_matrix(const Distance& distance, const Settings& settings,
                               std::span<const Topology> topologies) {
    std::vector<const Topology*> all;
    for (const Topology& topology : topologies) all.push_back(&topology);
    return distance_matrix(distance, settings, std::span<const Topology* const>(all));
}

DistanceMatrix distance_matrix(const Distance& distance, std::span<const Topology> topologies) {
    return distance_matrix(distance, settings_of(distance), topologies);
}

}  // namespace espalier::topology
