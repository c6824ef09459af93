#pragma once

#include <optional>
#include <vector>

#include <espalier/topology/graph/layer_graph.hpp>
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

/// Degrees on both sides of the neurons between a layer and those that feed it, which is the one before it in a chain.
/// Of a residual stream the fan-ins of all that write to it add up.
struct PairDegrees {
    std::vector<std::uint32_t> in;   ///< [neurons] fan-in in the layer before
    std::vector<std::uint32_t> out;  ///< [neurons * block] fan-out of the inputs of the layer after, by neuron
    std::size_t block = 1;           ///< inputs of the layer after that are one neuron
    std::size_t active_inputs = 0;   ///< inputs of the layer before with an edge
    std::size_t active_outputs = 0;  ///< outputs of the layer after with an edge
};

/// Of layer k and its feeders. None where `cut` leaves fewer degrees than the layer before has outputs: the program
/// fails there.
/// @param k  that layers feed; with `cut` one alone
/// Cost: O(edges of both). Source: definitions.md 6.22.
std::optional<PairDegrees> pair_degrees(const LayerGraph& network, std::size_t k,
                                        DegreeVectors vectors = DegreeVectors::full);

/// A relation of each layer to those that feed it, as a metric; a layer that takes the network's input alone has none.
/// Settings: `degree_vectors` full or cut; `classifier` keep or skip, for the published numbers leave out the pair with
/// the classifier, which a mask does not name: the last layer is taken for it.
/// @throws FormatError as LayerGraph, and of residual networks with `cut`, whose program knows chains alone
MetricResult pair_metric(const Topology& topology, const Settings& settings, double (*relation)(const PairDegrees&));

}  // namespace espalier::topology
