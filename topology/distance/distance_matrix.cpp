#include <algorithm>

#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/distance/distance_matrix.hpp>

namespace espalier::topology {
namespace {

std::vector<TopologyPair> pairs_of(std::size_t count) {
    std::vector<TopologyPair> pairs;
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = i + 1; j < count; ++j) pairs.push_back({i, j});
    }
    return pairs;
}

/// [layer][i][j] and [i][j] get the values of one pair and their mean.
void enter(std::vector<DistanceMatrix::Square>& per_layer, DistanceMatrix::Square& mean, TopologyPair pair,
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
void enter_bounds(DistanceMatrix& matrix, std::span<const TopologyPair> pairs,
                  std::span<const LayerDistances> results) {
    if (std::ranges::all_of(results, [](const LayerDistances& one) { return one.lower_bounds.empty(); })) return;
    matrix.lower_bound_per_layer = matrix.per_layer;
    matrix.lower_bound_mean = matrix.mean;
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        if (results[k].lower_bounds.empty()) continue;
        enter(matrix.lower_bound_per_layer, matrix.lower_bound_mean, pairs[k], results[k].lower_bounds);
    }
}

}  // namespace

DistanceMatrix matrix_of(std::string metric, std::vector<std::string> topologies, std::vector<std::string> layers,
                         std::span<const TopologyPair> pairs, std::span<const LayerDistances> results) {
    const std::size_t count = topologies.size();
    DistanceMatrix matrix{.metric = std::move(metric),
                          .topologies = std::move(topologies),
                          .layers = std::move(layers),
                          .per_layer = {},
                          .mean = DistanceMatrix::Square(count, std::vector<double>(count, 0.0)),
                          .lower_bound_per_layer = {},
                          .lower_bound_mean = {}};
    matrix.per_layer.assign(matrix.layers.size(), matrix.mean);
    for (std::size_t k = 0; k < pairs.size(); ++k) enter(matrix.per_layer, matrix.mean, pairs[k], results[k].values);
    enter_bounds(matrix, pairs, results);
    return matrix;
}

DistanceMatrix distance_matrix(const Distance& distance, const Settings& settings,
                               std::span<const Topology* const> topologies) {
    std::vector<std::string> labels;
    std::vector<std::string> layers;
    for (const Topology* topology : topologies) {
        require_comparable(*topologies.front(), *topology, distance.name);
        labels.push_back(topology->label);
    }
    if (!topologies.empty()) {
        for (const Layer& layer : topologies.front()->layers) layers.push_back(layer.name);
    }
    const std::vector<TopologyPair> pairs = pairs_of(topologies.size());
    std::vector<LayerDistances> results(pairs.size());
    parallel_for(pairs.size(), [&](std::size_t k) {
        results[k] = distance.of_networks(*topologies[pairs[k].first], *topologies[pairs[k].second], settings);
    });
    return matrix_of(distance.name, std::move(labels), std::move(layers), pairs, results);
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
