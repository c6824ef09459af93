#pragma once

#include <cstddef>
#include <vector>

#include <espalier/nn/models/spec.hpp>
#include <espalier/sparsity/saliency/problem.hpp>

namespace espalier::sparsity {

/// A node of a network as what leads on from unit to unit: channels of images, single features of tables.
struct ChannelNode {
    enum class Kind {
        weight,  ///< kept weights lead from units to units
        sum,     ///< unit by unit of several nodes
        spread,  ///< of a flattened image: a channel becomes one feature for each pixel
        shift,   ///< units get others before and after them that nothing feeds
        same,    ///< unit by unit
    };
    Kind kind = Kind::same;
    std::vector<std::size_t> inputs;   ///< numbers of nodes, or nn::network_input
    std::vector<std::size_t> readers;  ///< the nodes that take what it gives
    std::size_t units = 0;             ///< that it gives
    std::size_t layer = 0;             ///< of a weight: its number among these
    std::size_t taps = 1;              ///< of a weight: places of a kernel
    std::size_t groups = 1;            ///< of a weight
    std::size_t inputs_a_group = 0;    ///< of a weight: units
    std::size_t pixels = 1;            ///< of a spread: features of a channel
    std::size_t before = 0;            ///< of a shift: units before those it takes

    /// Of a weight: the unit that an output meets in a column of its pattern.
    std::size_t input_unit(std::size_t output, std::size_t column) const {
        return output / (units / groups) * inputs_a_group + column / taps;
    }
};

/// The graph of channels (definitions.md 1.3) of a whole network, residual links and all.
struct ChannelGraph {
    std::vector<ChannelNode> nodes;    ///< each behind those it takes
    std::vector<std::size_t> readers;  ///< of what the network takes
    std::size_t inputs = 0;            ///< units that the network takes

    explicit ChannelGraph(const nn::NetworkSpec& spec);
    const std::vector<std::size_t>& readers_of(std::size_t node) const {
        return node == nn::network_input ? readers : nodes[node].readers;
    }
};

/// What the problem's network is made of; of layers alone a chain of linear ones.
nn::NetworkSpec spec_of(const SaliencyProblem& problem);

}  // namespace espalier::sparsity
