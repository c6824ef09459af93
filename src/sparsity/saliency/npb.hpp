#pragma once

#include <espalier/sparsity/saliency/problem.hpp>

namespace espalier::sparsity {

/// Node-path balancing: layer by layer from the input, positions with many effective neurons and many paths; see
/// node_path_layer.hpp for what is maximised. Counts by layer are those of sparsity.layer_densities.
///
/// Layers of more than 5120 kernels in chunks of 10 outputs that have equal densities; groups of a convolution as
/// layers of their own. Where kernels have several places the objective counts those in use, too. The notes tell each
/// layer's objective, taken over the whole layer. At the end (`refill`) weights on no path from input to output are
/// placed anew: between neurons that lie on one, those with most weights on paths first; what finds no place moves to
/// the next layer, and what is left at the end anywhere. (The program refills kernels that have some; those of a linear
/// layer have no room.) Source: Pham et al., "Towards data-agnostic pruning at initialization: what makes a good sparse
/// mask?", NeurIPS 2023 (definitions.md 2.14). We differ: no integer program, but a greedy solver that finds its
/// optimum in a linear layer.
SaliencyMasks npb(const SaliencyProblem& problem);

/// The last step of npb() alone: equal numbers in all layers together.
std::vector<Pattern> with_all_on_paths(const SaliencyProblem& problem, std::vector<Pattern> masks);

}  // namespace espalier::sparsity
