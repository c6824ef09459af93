#pragma once

#include <espalier/sparsity/saliency/problem.hpp>

namespace espalier::sparsity {

/// H g: the Hessian of the summed loss of the batches, at this temperature, times its gradient g, over the weights of
/// all layers (biases stay where they are).
///
/// Central difference of two gradients in double, (G(w + d u) - G(w - d u)) |g| / (2 d) with u = g / |g| and
/// d = 1e-6 (1 + |w|) / sqrt(N): relative error below 1e-7 against an exact product. All zero where g is.
/// 1e-3 in place of 1e-6 would do for small networks; in one of 784-512-512-10 with 100 samples about three ReLUs then
/// change sides in between, and their jumps are larger than the product itself (relative error 2.3; fewer than one in
/// 100 networks have one at 1e-6, and rounding leaves 1e-8).
std::vector<std::vector<double>> hessian_gradient_product(const SaliencyProblem& problem, double temperature);

/// weight * (H g), the negative of GraSP's score: what it removes first, the largest scores, is kept last.
LayerScores grasp_scores(const SaliencyProblem& problem);

/// Keeps the gradient's flow after pruning. Temperature 200 on the logits; two batches, halves of the samples, as the
/// program has it.
/// Source: Wang et al., "Picking winning tickets before training by preserving gradient flow", ICLR 2020
/// (definitions.md 2.10). We differ: no double backward pass but a difference of gradients.
SaliencyMasks grasp(const SaliencyProblem& problem);

}  // namespace espalier::sparsity
