#pragma once

#include <espalier/topology/registry.hpp>

namespace espalier::topology {

/// Of one layer, the neurons that do nothing. Inputs are counted as in effective.hpp: features of a linear layer,
/// channels of a convolution.
struct IdleNeurons {
    std::size_t dead_inputs = 0;          ///< no edge leads on
    std::size_t dead_outputs = 0;         ///< no edge leads here
    std::size_t unreachable_inputs = 0;   ///< not reached from the network's inputs
    std::size_t unreachable_outputs = 0;  ///< the same, of outputs: dead ones and those fed by unreachable inputs alone
    std::size_t leading_nowhere = 0;      ///< inputs from which no output of the network is reached, dead ones included
    std::size_t dead_channels = 0;        ///< outputs without an edge here, or without one in all layers they feed
    std::size_t inputs = 0;
    std::size_t outputs = 0;
};

/// One entry per layer.
/// @throws FormatError where the layers do not chain
/// Cost: O(edges + neurons). Source: definitions.md 6.20.
std::vector<IdleNeurons> idle_neurons(const Topology& topology);

/// Neurons of the whole network, each once: the inputs of every layer and the outputs of the last.
struct IdleTotals {
    std::size_t neurons = 0;
    std::size_t dead = 0;             ///< no edge in (but inputs of the network) or none out (but its outputs)
    std::size_t unreachable = 0;      ///< not reached from the network's inputs
    std::size_t leading_nowhere = 0;  ///< no output of the network is reached from them
    std::size_t ineffective = 0;      ///< either of the two: on no path
    std::size_t dead_channels = 0;    ///< of all convolutions
};
/// @throws FormatError where the layers do not chain
/// Cost: O(edges + neurons). Source: definitions.md 6.20.
IdleTotals idle_totals(const Topology& topology);

/// Metric `neurons`: the members of IdleNeurons but inputs and outputs of a layer; IdleTotals of a network.
MetricResult neurons_metric(const Topology& topology, const Settings&);

}  // namespace espalier::topology
