#pragma once

#include <cstddef>
#include <vector>

#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// What the plan of buffers has to know of a node.
struct PlannedNode {
    std::vector<std::size_t> inputs;  ///< numbers of nodes before it, or network_input
    InPlace in_place = InPlace::no;
    bool adds_gradient = false;    ///< can add to the gradient at its first input
    bool passes_gradient = false;  ///< the gradient at each input is that at its output
};

/// How many inputs of nodes each node feeds; one that takes it twice counts twice.
std::vector<std::size_t> reader_counts(const std::vector<PlannedNode>& nodes);

/// Which nodes do write over their first input: those that can, where nobody else reads it.
std::vector<bool> sharing_nodes(const std::vector<PlannedNode>& nodes);

/// Numbers of buffers, as few as the order of the nodes allows: each is free again behind its last reader.
struct BufferPlan {
    std::vector<std::size_t> outputs;    ///< [nodes] of each node's output
    std::vector<std::size_t> gradients;  ///< [nodes] of the gradient there
    /// [nodes][inputs] of the gradient at an input that a later reader has written to already: it is computed beside
    /// and added. `direct` where it is written at once, `onto` where the layer itself adds to it.
    std::vector<std::vector<std::size_t>> beside;
    std::size_t buffers = 0;  ///< outputs and gradients count their own; the larger of both

    static constexpr std::size_t direct = ~std::size_t{0};
    static constexpr std::size_t onto = direct - 1;
};

/// @param keep_outputs    every output stays readable, as a backward pass needs them
/// @param keep_gradients  every gradient stays readable behind the backward pass
BufferPlan plan_buffers(const std::vector<PlannedNode>& nodes, bool keep_outputs, bool keep_gradients);

}  // namespace espalier::nn
