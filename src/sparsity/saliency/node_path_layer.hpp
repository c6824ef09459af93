#pragma once

#include <span>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>

namespace espalier::sparsity {

/// What a layer's kernels may be, and how much what they do weighs.
struct NodePathOptions {
    double alpha = 0.01;   ///< of effective nodes
    double beta = 0.0;     ///< of kernels in use
    std::size_t taps = 1;  ///< places of a kernel
    std::size_t most = 1;  ///< weights that a kernel may have; raised where the layer's number needs it
};

/// One layer's part of node-path balancing, each neuron effective with one weight or more.
///
///     alpha * (inputs and outputs with a weight) / (inputs + outputs)
///         + (1 - alpha) * sum of signal[input] over the weights / the largest such sum for as many weights
///         + beta * (kernels with a weight) / (weights)
///
/// @param mask    [outputs x inputs * taps]
/// @param signal  [inputs] what arrives there: paths from the network's inputs, up to a common factor
double node_path_objective(const Pattern& mask, std::span<const double> signal, const NodePathOptions& options);

/// The mask of `kept` weights that maximises the objective.
///
/// Greedy: again and again the weight of the largest gain, ties at random; in a kernel any free place. That is an
/// optimum: any choice of weights by input can be given to the outputs so that min(outputs, kept) of them have one and
/// each input has first weights in all its kernels before a second one in any, and what remains is a sum of concave
/// functions of the inputs' numbers of weights.
/// @param kept at most outputs * inputs * taps
/// Cost: O(kept log(inputs) + positions at worst).
Pattern balanced_layer(std::span<const double> signal, std::size_t outputs, std::size_t kept,
                       const NodePathOptions& options, Stream& stream);

}  // namespace espalier::sparsity
