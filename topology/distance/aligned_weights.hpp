#pragma once

#include <vector>

#include <espalier/topology/distance/nnstd.hpp>

namespace espalier::topology {

/// Sums over all positions of one layer, a the weights of the first network and b those of the second, 0 where there is
/// no edge.
struct WeightSums {
    double first = 0;       ///< a^2
    double second = 0;      ///< b^2
    double product = 0;     ///< a b
    double difference = 0;  ///< (a - b)^2
};

/// @throws FormatError naming the topology, the layer without weights and what to do
void require_weights(const Topology& first, const Topology& second);

/// Compares the weights of two networks after the second's neurons were put in the places of their partners.
/// @param matches  of the layers in order (nnstd, nnstd_joint): each renames the outputs of its layer and the inputs of
///                 those that read them; empty: every neuron stands for itself
/// @throws FormatError as require_weights, and where shapes differ; NumericError where weights are not finite
/// Cost: O(edges of both + inputs), a layer.
std::vector<WeightSums> compare_aligned_weights(const Topology& first, const Topology& second,
                                                const std::vector<LayerMatch>& matches);

}  // namespace espalier::topology
