#pragma once

#include <optional>
#include <vector>

#include <espalier/topology/graph/chained_network.hpp>
#include <espalier/topology/registry.hpp>

namespace espalier::topology {

/// Which degrees relations between consecutive layers see.
enum class DegreeVectors {
    full,  ///< those of all neurons
    /// The program's: one vector of a layer's inputs and then outputs that ends after the last neuron with an edge.
    /// Where the last outputs are dead, its last `outputs` entries begin among the inputs, and neuron j gets another
    /// one's degree.
    cut,
};

/// Degrees on both sides of the neurons between two consecutive layers.
struct PairDegrees {
    std::vector<std::uint32_t> in;   ///< [neurons] fan-in in the layer before
    std::vector<std::uint32_t> out;  ///< [neurons * block] fan-out of the inputs of the layer after, by neuron
    std::size_t block = 1;           ///< inputs of the layer after that are one neuron
    std::size_t active_inputs = 0;   ///< inputs of the layer before with an edge
    std::size_t active_outputs = 0;  ///< outputs of the layer after with an edge
};

/// Of layers k - 1 and k. None where `cut` leaves fewer degrees than the layer before has outputs: the program fails
/// there.
/// @param k  from 1
/// Cost: O(edges of both). Source: definitions.md 6.22.
std::optional<PairDegrees> pair_degrees(const ChainedNetwork& network, std::size_t k,
                                        DegreeVectors vectors = DegreeVectors::full);

/// A relation of each layer to the one before, as a metric; the first layer has none.
/// Settings: `degree_vectors` full or cut; `classifier` keep or skip, for the published numbers leave out the pair with
/// the classifier, which a mask does not name: the last layer is taken for it.
/// @throws FormatError where the layers do not chain
MetricResult pair_metric(const Topology& topology, const Settings& settings, double (*relation)(const PairDegrees&));

}  // namespace espalier::topology
