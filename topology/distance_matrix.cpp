#include <espalier/base/threads.hpp>
#include <espalier/topology/comparison.hpp>
#include <espalier/topology/distance_matrix.hpp>

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

DistanceMatrix empty_matrix(const Distance& distance, std::span<const Topology> topologies) {
    DistanceMatrix matrix;
    matrix.metric = distance.name;
    for (const Topology& topology : topologies) matrix.topologies.push_back(topology.label);
    if (!topologies.empty()) {
        for (const Layer& layer : topologies.front().layers) matrix.layers.push_back(layer.name);
    }
    const std::size_t count = topologies.size();
    matrix.mean.assign(count, std::vector<double>(count, 0.0));
    matrix.per_layer.assign(matrix.layers.size(), matrix.mean);
    return matrix;
}

void enter(DistanceMatrix& matrix, Pair pair, const std::vector<double>& values) {
    const auto [i, j] = pair;
    double sum = 0;
    for (std::size_t k = 0; k < values.size(); ++k) {
        matrix.per_layer[k][i][j] = matrix.per_layer[k][j][i] = values[k];
        sum += values[k];
    }
    matrix.mean[i][j] = matrix.mean[j][i] = values.empty() ? 0.0 : sum / static_cast<double>(values.size());
}

}  // namespace

DistanceMatrix distance_matrix(const Distance& distance, std::span<const Topology> topologies) {
    for (std::size_t k = 1; k < topologies.size(); ++k) {
        require_comparable(topologies.front(), topologies[k], distance.name);
    }
    DistanceMatrix matrix = empty_matrix(distance, topologies);
    const std::vector<Pair> pairs = pairs_of(topologies.size());
    parallel_for(pairs.size(), [&](std::size_t k) {
        enter(matrix, pairs[k], distance.of_networks(topologies[pairs[k].first], topologies[pairs[k].second]));
    });
    return matrix;
}

}  // namespace espalier::topology
