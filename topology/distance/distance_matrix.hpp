#pragma once

#include <span>
#include <string>
#include <vector>

#include <espalier/topology/registry.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// All pairwise distances between topologies by one metric.
struct DistanceMatrix {
    using Square = std::vector<std::vector<double>>;

    std::string metric;
    std::vector<std::string> topologies;  ///< labels
    std::vector<std::string> layers;      ///< names, as the first topology has them
    std::vector<Square> per_layer;        ///< [layer][i][j]
    Square mean;                          ///< [i][j] over the layers; 0 without layers
    /// What no exact distance is below, [layer][i][j] and [i][j]; empty where every value is exact.
    std::vector<Square> lower_bound_per_layer;
    Square lower_bound_mean;

    /// Whether no value is approximate.
    bool is_exact() const { return lower_bound_per_layer.empty(); }
};

/// Two of the topologies, by their numbers; the first is the lower.
struct TopologyPair {
    std::size_t first;
    std::size_t second;
};

/// The matrix of pairs that have been measured, every one.
/// @param topologies, layers  as DistanceMatrix has them
/// @param results             [pairs]
DistanceMatrix matrix_of(std::string metric, std::vector<std::string> topologies, std::vector<std::string> layers,
                         std::span<const TopologyPair> pairs, std::span<const LayerDistances> results);

/// For i < j topology i is the first argument; the matrix is mirrored, its diagonal 0. Pairs are dealt to threads()
/// threads; the result does not depend on how many.
/// @throws FormatError naming the layer and both shapes where two topologies differ in architecture, before any work
DistanceMatrix distance_matrix(const Distance& distance, const Settings& settings,
                               std::span<const Topology* const> topologies);
/// The same of topologies side by side.
DistanceMatrix distance_matrix(const Distance& distance, const Settings& settings,
                               std::span<const Topology> topologies);
/// With every setting at its fallback.
DistanceMatrix distance_matrix(const Distance& distance, std::span<const Topology> topologies);

}  // namespace espalier::topology
