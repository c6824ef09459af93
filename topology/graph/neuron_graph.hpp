#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Neurons as an undirected graph without parallel edges, whose neighbours lie side by side in memory. Neurons are
/// numbered level by level: inputs first, then the outputs of each layer; in a chain edges join successive levels.
struct NeuronGraph {
    std::vector<std::uint32_t> level_begin = {0};  ///< [levels + 1]: level k is neurons level_begin[k] .. [k + 1] - 1
    std::vector<std::uint64_t> offsets = {0};      ///< [neurons + 1]
    std::vector<std::uint32_t> neighbours;         ///< ascending for each neuron

    /// Number of neurons.
    std::size_t neurons() const { return offsets.size() - 1; }
    /// Neighbours of a neuron, ascending.
    std::span<const std::uint32_t> of(std::size_t neuron) const {
        return std::span(neighbours).subspan(offsets[neuron], offsets[neuron + 1] - offsets[neuron]);
    }
};

/// Of one layer: its inputs and outputs, dead ones too. O(edges + neurons).
NeuronGraph neuron_graph(const Pattern& layer);

/// Of a whole network: a layer's outputs are the neurons that the next layer reads; of a residual network every neuron
/// of a stream's writers is joined to what reads the stream. Inputs of one channel are one neuron (chain.hpp), and of
/// several edges between two neurons one is kept. O(edges * feeders + neurons).
/// @throws FormatError as LayerGraph
NeuronGraph neuron_graph(const Topology& topology);

}  // namespace espalier::topology
