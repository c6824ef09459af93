#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <espalier/topology/graph/chain.hpp>

namespace espalier::topology {

/// A topology as one graph from input to output: levels of neurons, and between levels k and k + 1 the edges of layer
/// k.
///
/// Level 0 are the network's inputs, level k + 1 the outputs of layer k. After a convolution neurons are channels, and
/// the inputs of the next layer that belong to one channel (chain.hpp) are one neuron here, with parallel edges where
/// several weights join the same two channels: the "channel graph" of definitions.md 1.3 with its multiplicities.
/// Pixels, strides and padding are no part of a mask, so this graph does not know them.
///
/// Holds a reference to the topology.
class ChainedNetwork {
  public:
    /// @throws FormatError where the layers do not chain; see require_chain
    explicit ChainedNetwork(const Topology& topology) : topology_(topology), blocks_(require_chain(topology)) {}

    std::size_t layers() const { return topology_.layers.size(); }
    std::size_t levels() const { return layers() == 0 ? 0 : layers() + 1; }
    const Layer& layer(std::size_t k) const { return topology_.layers[k]; }
    const Pattern& pattern(std::size_t k) const { return topology_.layers[k].pattern; }
    bool is_convolution(std::size_t k) const { return layer(k).shape.size() == 4; }
    /// Inputs of layer k that are one neuron of level k.
    std::size_t block(std::size_t k) const { return std::max<std::size_t>(blocks_[k], 1); }

    /// Neurons of a level.
    std::size_t width(std::size_t level) const {
        return level == 0 ? pattern(0).cols() / block(0) : pattern(level - 1).rows();
    }
    /// The neuron of level k that an input of layer k belongs to.
    std::uint32_t neuron(std::size_t k, std::uint32_t input) const {
        return blocks_[k] <= 1 ? input : input / static_cast<std::uint32_t>(blocks_[k]);
    }

    /// Sums over the edges of layer k, forwards: after[output] collects before[neuron] of all its edges.
    /// @param before  [width(k)]
    /// @param add     add(sum, term, edge), the edge by its place among the layer's values
    /// @return        [width(k + 1)]
    template <class Number, class Add>
    std::vector<Number> forwards(std::size_t k, const std::vector<Number>& before, const Add& add) const {
        const Pattern& edges = pattern(k);
        std::vector<Number> after(edges.rows(), Number{});
        for (std::size_t output = 0; output < edges.rows(); ++output) {
            std::size_t edge = edges.row_begin(output);
            for (const std::uint32_t input : edges.row(output)) add(after[output], before[neuron(k, input)], edge++);
        }
        return after;
    }

    /// The same backwards: before[neuron] collects after[output] of all its edges.
    template <class Number, class Add>
    std::vector<Number> backwards(std::size_t k, const std::vector<Number>& after, const Add& add) const {
        const Pattern& edges = pattern(k);
        std::vector<Number> before(width(k), Number{});
        for (std::size_t output = 0; output < edges.rows(); ++output) {
            std::size_t edge = edges.row_begin(output);
            for (const std::uint32_t input : edges.row(output)) add(before[neuron(k, input)], after[output], edge++);
        }
        return before;
    }

  private:
    const Topology& topology_;
    std::vector<std::size_t> blocks_;
};

}  // namespace espalier::topology
