#pragma once

#include <memory>
#include <vector>

#include <espalier/nn/graph/buffer_plan.hpp>
#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// A layer of a network and what it takes.
template <class T>
struct Node {
    std::unique_ptr<Layer<T>> layer;
    std::vector<std::size_t> inputs;  ///< numbers of nodes before it, or network_input
};

/// Which passes of a node its neighbours do for it.
struct Fused {
    bool forward = false;
    bool backward = false;
};

/// Finds leaky ReLUs whose work their neighbours can do on their way, so that they cost no passes of their own: a
/// linear layer, a sum or a normalisation of images before applies it to its output, a linear layer behind gives the
/// gradient before it. Only where the ReLU works in
/// place, and nobody else reads what it gives.
/// @return for each node what it need not do
template <class T>
std::vector<Fused> fuse_activations(const std::vector<Node<T>>& nodes, const std::vector<PlannedNode>& planned);

}  // namespace espalier::nn
