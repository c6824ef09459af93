#pragma once

#include <span>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>

namespace espalier::sparsity {

/// One layer's part of node-path balancing: kernels of one weight, each neuron effective with one weight or more.
///
///     alpha * (inputs and outputs with a weight) / (inputs + outputs)
///         + (1 - alpha) * sum of signal[input] over the weights / the largest such sum for as many weights
///
/// @param signal [inputs] what arrives there: paths from the network's inputs, up to a common factor
double node_path_objective(const Pattern& mask, std::span<const double> signal, double alpha);

/// The mask [outputs x inputs] of `kept` weights that maximises the objective.
///
/// Greedy: again and again the weight of the largest gain, ties at random. For kernels of one weight that is an
/// optimum: any choice of weights by input can be given to the outputs so that min(outputs, kept) of them have one, and
/// what remains is a sum of concave functions of the inputs' numbers of weights.
/// @param kept at most outputs * inputs
/// Cost: O(kept log(inputs) + inputs * outputs at worst).
Pattern balanced_layer(std::span<const double> signal, std::size_t outputs, std::size_t kept, double alpha,
                       Stream& stream);

}  // namespace espalier::sparsity
