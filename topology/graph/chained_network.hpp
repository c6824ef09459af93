#pragma once

#include <vector>

#include <espalier/topology/graph/chain.hpp>
#include <espalier/topology/graph/layer_graph.hpp>

namespace espalier::topology {

/// A layer graph whose layers are a chain: levels of neurons, and between levels k and k + 1 the edges of layer k.
///
/// Level 0 are the network's inputs, level k + 1 the outputs of layer k, which are what layer k + 1 takes.
class ChainedNetwork : public LayerGraph {
  public:
    /// @throws FormatError where the layers do not chain; see require_chain
    explicit ChainedNetwork(const Topology& topology) : LayerGraph(topology, require_chain(topology)) {}

    /// Layers and one; none without layers.
    std::size_t levels() const { return layers() == 0 ? 0 : layers() + 1; }
    /// Neurons of a level.
    std::size_t width(std::size_t level) const { return level == 0 ? neurons_before(0) : pattern(level - 1).rows(); }
};

}  // namespace espalier::topology
