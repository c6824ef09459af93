#pragma once

#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/sparsity/saliency/problem.hpp>

namespace espalier::sparsity {

/// What a saliency needs and decides.
struct SaliencyTraits {
    bool reads_weights = false;   ///< the dense initial weights: the run keeps those of kept positions
    std::size_t batches = 0;      ///< of training samples that it wants
    bool ranks_globally = false;  ///< the counts of layers come from one ranking
    bool is_iterative = false;    ///< it cannot rank layer by layer (sparsity.score_scope = "layer")
    bool needs_linear = false;    ///< it lets through ones by absolute weights: nothing may centre them on the way
};

/// A way to find the initial masks of all layers together.
struct Saliency : Named {
    SaliencyMasks (*find)(const SaliencyProblem& problem);
    SaliencyTraits traits;
};

/// random, magnitude, snip, iter_snip, grasp, synflow, phew, npb.
const std::vector<Saliency>& saliencies();

}  // namespace espalier::sparsity
