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
/// that the paths of all that wrote to it add up (definitions.md 1.3). A feeder of fewer neurons than the widest is in
/// the middle of the stream, as shortcuts without parameters put it (He et al. 2016, option A). After a convolution
/// neurons are channels, and the inputs of the next layer that belong to one channel (chain.hpp) are one neuron here,
/// with parallel edges where several weights join the same two channels. Pixels, strides and padding are no part of a
/// mask, so this graph does not know them. Grouped convolutions are in it as block-diagonal graphs (conv_mapping.hpp).
///
/// Holds a reference to the topology.
class LayerGraph {
  public:
    /// @throws FormatError where a layer is fed by one that is not there or not before it, or cannot take what feeds
    /// it;
    ///         where layers take the network's input as different numbers of neurons; where one is a grouped
    ///         convolution as stored
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
    /// The neuron before layer k that is the first one a feeder of it gives.
    std::size_t place(std::size_t k, std::size_t feeder) const {
        return (neurons_before(k) - pattern(feeder).rows()) / 2;
    }
    /// Whether no layer takes what it gives: the network's outputs, several of a network with heads.
    bool is_output(std::size_t k) const { return is_output_[k] != 0; }
    /// Neurons that the network's input has; none without layers.
    std::size_t input_width() const;
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

  private:
    void find_feeders(std::size_t k);

    const Topology& topology_;
    std::vector<std::size_t> blocks_;
    std::vector<std::vector<std::size_t>> feeders_;
    std::vector<char> takes_input_;
    std::vector<char> is_output_;
};

/// A number for every neuron on both sides of every layer, as a sweep over the graph leaves them.
template <class Number>
struct Swept {
    std::vector<std::vector<Number>> inputs;   ///< [layers][neurons before]
    std::vector<std::vector<Number>> outputs;  ///< [layers][outputs]
};

/// From the network's input to its output.
/// @param first   first(neuron): the number of a neuron of the network's input
/// @param add     add(sum, term): joins the numbers of layers that feed one
/// @param along   along(k, sum, term, edge): adds to the number of an output what comes over an edge of layer k
/// @param behind  behind(numbers): may change what a layer gives before others take it
template <class Number, class First, class Add, class Along, class Behind>
Swept<Number> sweep_edges_forwards(const LayerGraph& graph, const First& first, const Add& add, const Along& along,
                                   const Behind& behind) {
    Swept<Number> swept;
    for (std::size_t k = 0; k < graph.layers(); ++k) {
        std::vector<Number> numbers(graph.neurons_before(k), Number{});
        for (std::size_t j = 0; graph.takes_input(k) && j < numbers.size(); ++j) numbers[j] = first(j);
        for (const std::size_t feeder : graph.feeders(k)) {
            const std::vector<Number>& given = swept.outputs[feeder];
            const std::size_t place = graph.place(k, feeder);
            for (std::size_t j = 0; j < given.size(); ++j) add(numbers[place + j], given[j]);
        }
        swept.outputs.push_back(graph.forwards(
            k, numbers, [&](Number& sum, const Number& term, std::size_t edge) { along(k, sum, term, edge); }));
        swept.inputs.push_back(std::move(numbers));
        behind(swept.outputs.back());
    }
    return swept;
}

/// The same with edges that are all alike and inputs of one number.
template <class Number, class Add, class Behind>
Swept<Number> sweep_forwards(const LayerGraph& graph, const Number& first, const Add& add, const Behind& behind) {
    return sweep_edges_forwards<Number>(
        graph, [&](std::size_t) { return first; }, add,
        [&](std::size_t, Number& sum, const Number& term, std::size_t) { add(sum, term); }, behind);
}

/// From the network's outputs, whose neurons have the number `last`, to its input.
template <class Number, class Add, class Along>
Swept<Number> sweep_edges_backwards(const LayerGraph& graph, const Number& last, const Add& add, const Along& along) {
    Swept<Number> swept;
    const std::size_t layers = graph.layers();
    swept.inputs.resize(layers);
    for (std::size_t k = 0; k < layers; ++k) {
        swept.outputs.emplace_back(graph.pattern(k).rows(), graph.is_output(k) ? last : Number{});
    }
    for (std::size_t k = layers; k-- > 0;) {
        swept.inputs[k] = graph.backwards(
            k, swept.outputs[k], [&](Number& sum, const Number& term, std::size_t edge) { along(k, sum, term, edge); });
        for (const std::size_t feeder : graph.feeders(k)) {
            std::vector<Number>& given = swept.outputs[feeder];
            const std::size_t place = graph.place(k, feeder);
            for (std::size_t j = 0; j < given.size(); ++j) add(given[j], swept.inputs[k][place + j]);
        }
    }
    return swept;
}

/// The same with edges that are all alike.
template <class Number, class Add>
Swept<Number> sweep_backwards(const LayerGraph& graph, const Number& last, const Add& add) {
    return sweep_edges_backwards<Number>(
        graph, last, add, [&](std::size_t, Number& sum, const Number& term, std::size_t) { add(sum, term); });
}

}  // namespace espalier::topology
