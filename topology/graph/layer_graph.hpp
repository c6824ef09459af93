#pragma once

#include <cstdint>
#include <vector>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// A topology as one graph from input to output: layers with neurons on both sides, edges in between, and who feeds
/// whom.
///
/// What a layer takes are the sums of what its feeders give, neuron by neuron (Layer::fed_by); in a chain of what the
/// layer before gives. Of a residual network the stream has one neuron per feature and place where a layer reads it, so
/// that the paths of all that wrote to it add up (definitions.md 1.3). After a convolution neurons are channels, and
/// the inputs of the next layer that belong to one channel (chain.hpp) are one neuron here, with parallel edges where
/// several weights join the same two channels. Pixels, strides and padding are no part of a mask, so this graph does
/// not know them.
///
/// Holds a reference to the topology.
class LayerGraph {
  public:
    /// @throws FormatError where a layer is fed by one that is not there or not before it, by layers of different
    /// widths, or
    ///         where layers that do not say what feeds them do not chain
    explicit LayerGraph(const Topology& topology);

    /// Number of layers.
    std::size_t layers() const { return topology_.layers.size(); }
    /// Layer k, from 0 on.
    const Layer& layer(std::size_t k) const { return topology_.layers[k]; }
    /// Its pattern, [outputs x inputs].
    const Pattern& pattern(std::size_t k) const { return topology_.layers[k].pattern; }
    /// Whether layer k has a window.
    bool is_convolution(std::size_t k) const { return topology::is_convolution(layer(k).shape); }

    /// Numbers of the layers whose outputs layer k takes, ascending.
    const std::vector<std::size_t>& feeders(std::size_t k) const { return feeders_[k]; }
    /// Whether it takes the network's input (too).
    bool takes_input(std::size_t k) const { return takes_input_[k] != 0; }
    /// Whether nothing takes what layer k gives: its outputs are the network's (of several heads each has such a
    /// layer).
    bool gives_output(std::size_t k) const { return gives_output_[k] != 0; }
    /// Inputs of layer k that are one neuron before it.
    std::size_t block(std::size_t k) const { return blocks_[k]; }
    /// Neurons before layer k.
    std::size_t neurons_before(std::size_t k) const { return pattern(k).cols() / block(k); }
    /// The neuron before layer k that an input of it belongs to.
    std::uint32_t neuron(std::size_t k, std::uint32_t input) const {
        return blocks_[k] <= 1 ? input : input / static_cast<std::uint32_t>(blocks_[k]);
    }

    /// Sums over the edges of layer k, forwards: after[output] collects before[neuron] of all its edges.
    /// @param before  [neurons_before(k)]
    /// @param add     add(sum, term, edge), the edge by its place among the layer's values
    /// @return        [outputs]
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
        std::vector<Number> before(neurons_before(k), Number{});
        for (std::size_t output = 0; output < edges.rows(); ++output) {
            std::size_t edge = edges.row_begin(output);
            for (const std::uint32_t input : edges.row(output)) add(before[neuron(k, input)], after[output], edge++);
        }
        return before;
    }

  protected:
    /// Of layers that are known to chain, with the blocks of require_chain().
    LayerGraph(const Topology& topology, std::vector<std::size_t> blocks);

  private:
    const Topology& topology_;
    std::vector<std::size_t> blocks_;
    std::vector<std::vector<std::size_t>> feeders_;
    std::vector<char> takes_input_;
    std::vector<char> gives_output_;
};

/// A number for every neuron on both sides of every layer, as a sweep over the graph leaves them.
template <class Number>
struct Swept {
    std::vector<std::vector<Number>> inputs;   ///< [layers][neurons before]
    std::vector<std::vector<Number>> outputs;  ///< [layers][outputs]
};

/// From the network's input, whose neurons have the number `first`, to its output.
/// @param add    add(sum, term): joins the numbers of edges that meet, and of layers that feed one
/// @param behind behind(numbers): may change what a layer gives before others take it
template <class Number, class Add, class Behind>
Swept<Number> sweep_forwards(const LayerGraph& graph, const Number& first, const Add& add, const Behind& behind) {
    Swept<Number> swept;
    const auto along_edge = [&](Number& sum, const Number& term, std::size_t) { add(sum, term); };
    for (std::size_t k = 0; k < graph.layers(); ++k) {
        std::vector<Number> numbers(graph.neurons_before(k), graph.takes_input(k) ? first : Number{});
        for (const std::size_t feeder : graph.feeders(k)) {
            for (std::size_t j = 0; j < numbers.size(); ++j) add(numbers[j], swept.outputs[feeder][j]);
        }
        swept.outputs.push_back(graph.forwards(k, numbers, along_edge));
        swept.inputs.push_back(std::move(numbers));
        behind(swept.outputs.back());
    }
    return swept;
}

/// From the network's output, that of all layers that give it, whose neurons have the number `last`, to its input.
template <class Number, class Add>
Swept<Number> sweep_backwards(const LayerGraph& graph, const Number& last, const Add& add) {
    Swept<Number> swept;
    const std::size_t layers = graph.layers();
    const auto along_edge = [&](Number& sum, const Number& term, std::size_t) { add(sum, term); };
    swept.inputs.resize(layers);
    for (std::size_t k = 0; k < layers; ++k) {
        swept.outputs.emplace_back(graph.pattern(k).rows(), graph.gives_output(k) ? last : Number{});
    }
    for (std::size_t k = layers; k-- > 0;) {
        swept.inputs[k] = graph.backwards(k, swept.outputs[k], along_edge);
        for (const std::size_t feeder : graph.feeders(k)) {
            for (std::size_t j = 0; j < swept.inputs[k].size(); ++j) add(swept.outputs[feeder][j], swept.inputs[k][j]);
        }
    }
    return swept;
}

}  // namespace espalier::topology
