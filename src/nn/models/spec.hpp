#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace espalier::nn {

/// The weights of a node that a mask can thin out.
struct WeightSpec {
    std::vector<std::size_t> shape;  ///< [outputs, inputs]
    double gain = 1.0;               ///< of the activation behind it (He et al. 2015: sqrt(2) for ReLU)
};

/// Among a node's inputs: what the network itself takes.
inline constexpr std::size_t network_input = ~std::size_t{0};

/// What a network does at one place, as plain data: layers are built from it (build.hpp).
struct NodeSpec {
    std::string name;  ///< "fc1", "block1.fc1": unique in its network; snapshots and `sparsity.dense_layers` call it so
    std::string kind;  ///< as run files and `inspect` name it: "linear", "relu", "dropout", ...
    std::vector<std::size_t> inputs = {};  ///< numbers of the nodes before whose outputs it takes, or network_input
    std::size_t outputs = 0;               ///< features
    std::optional<WeightSpec> weight = std::nullopt;
    std::size_t others = 0;  ///< trained numbers beside the weights
    double slope = 0.0;      ///< of the ReLUs: slope below 0
    double rate = 0.0;       ///< of dropout: share of elements set to zero, in [0, 1)
};

/// A network without its masks and numbers. All that has to know what a model is made of reads this: how many weights
/// each layer keeps, `inspect`, run files, tickets, drawing weights, building layers.
struct NetworkSpec {
    std::size_t inputs = 0;       ///< features of a sample
    std::vector<NodeSpec> nodes;  ///< each takes what nodes before it give; the last gives the network's output

    /// Adds a node that takes what these nodes give. @return its number
    std::size_t add(NodeSpec node, std::vector<std::size_t> from);
    /// Adds a node that takes what the last one gives, the first what the network takes. @return its number
    std::size_t add(NodeSpec node);
    /// True where every node takes what the one before it gives, and nothing else.
    bool is_chain() const;

    /// Of each node the nodes with weights whose outputs reach it through what lies between (sums, activations),
    /// ascending; network_input, the last, for what the network itself takes.
    std::vector<std::vector<std::size_t>> fed_by() const;

    /// Numbers of the nodes with weights, in order.
    std::vector<std::size_t> weighted() const;
    /// Their names and shapes.
    std::vector<std::string> weight_names() const;
    std::vector<std::vector<std::size_t>> weight_shapes() const;
    /// Positions of all weights; in double, which no width makes overflow.
    double positions() const;
};

}  // namespace espalier::nn
