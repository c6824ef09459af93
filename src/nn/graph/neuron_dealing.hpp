#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <espalier/nn/models/spec.hpp>
#include <espalier/nn/parameters/dealt_neurons.hpp>

namespace espalier::nn {

/// What of a node is on a rank, where neurons are dealt.
struct DealtNode {
    bool is_dealt = false;     ///< its arrays, such as rows of weights, are those of own neurons alone
    bool takes_whole = false;  ///< of a dealt weight: what it takes in is there whole
    bool gives_whole = false;  ///< what it gives is on all ranks whole; else that of own neurons
};

/// Model parallelism by neurons: of a network too wide for one machine each rank holds some neurons of every layer,
/// with all that belongs to them: rows of weights, biases, gradients, the optimizer's state, activations of all
/// samples. Memory follows 1 / R, but for one layer's activations while it multiplies, and for the arrays of one layer
/// where files are written and the topology changes.
///
/// A step's numbers are those of one rank, bit for bit (layers/dealt_linear.hpp).
class NeuronDealing : public DealtNeurons {
  public:
    /// Which nodes are dealt: weights that store a mask and have a row for each rank, and what lies between them.
    /// @param masks  one for each weight
    /// @throws ConfigError where the network has other nodes than linear layers, activations without random numbers and
    ///         batch normalisations, one behind the other, or no weight is dealt
    NeuronDealing(Communicator& ranks, const NetworkSpec& spec, std::span<const Pattern> masks);

    const DealtNode& node(std::size_t k) const { return nodes_[k]; }

  private:
    std::vector<DealtNode> nodes_;
};

}  // namespace espalier::nn
