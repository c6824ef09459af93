#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>
#include <espalier/kernels/activations.hpp>
#include <espalier/nn/graph/network.hpp>
#include <espalier/nn/models/spec.hpp>
#include <espalier/sparsity/masks/distribution.hpp>

/// Initial masks that are found by looking at a dense network: what they are given and what they give back.
namespace espalier::sparsity {

/// One number per position of each layer, in flat order, the larger the sooner kept; nothing for layers left out.
using LayerScores = std::vector<std::vector<double>>;

/// A batch in double.
struct Samples {
    kernels::Activations<double> inputs;  ///< [features x lanes]
    std::vector<std::uint32_t> labels;    ///< [lanes]
};

struct SaliencyOptions {
    bool by_layer = false;            ///< counts layer by layer, not one ranking of all positions
    std::size_t min_per_layer = 0;    ///< of the one ranking: so many of every layer come first
    std::size_t passes = 100;         ///< of iter_snip and synflow
    bool linear = false;              ///< densities of the passes fall in equal steps, not by equal factors
    bool permanent = true;            ///< of iter_snip: what was removed stays so
    bool running_statistics = false;  ///< of gradients: batch_norm by running means, not by moments of the batch
    double temperature = 200.0;       ///< of grasp: logits are divided by it
    bool trim = false;                ///< of phew: the last walk stops at the count asked for
    double alpha = 0.01;              ///< of npb: share of effective nodes in the objective
    double beta = 1.0;                ///< of npb: of kernels in use, where kernels have several places
    std::size_t kernel = 0;           ///< of npb: weights that a kernel may have; 0: all its places
    std::size_t chunk = 10;           ///< of npb: outputs solved together in layers of more than 5120 kernels; 0: all
    std::size_t blocks = 1;           ///< of gradients: of each batch (nn/graph/blocks.hpp)
    bool refill = true;               ///< of npb: weights on no path are placed anew at the end
};

/// A weight layer as the ranking sees it.
struct ScoredLayer {
    std::string name;
    Shape shape;
    std::size_t kept = 0;   ///< how many it keeps, where counts are by layer
    bool left_out = false;  ///< stays dense; no part of the ranking nor of its budget
};

/// What a saliency works on.
struct SaliencyProblem {
    std::vector<ScoredLayer> layers;
    const nn::NetworkSpec* spec = nullptr;   ///< for those that follow paths; null: a chain of linear layers
    nn::Network<double>* network = nullptr;  ///< dense; null for those that read no weights. Left as it was found
    std::vector<Samples> batches;            ///< as many as the saliency asks for
    SaliencyOptions options;
    std::uint64_t seed = 0;  ///< of its random streams

    /// Sums over the layers that are not left out.
    std::size_t positions() const;
    std::size_t kept() const;
    /// The weights of all layers, in order.
    std::vector<nn::MaskedWeight<double>*> weights() const;
};

/// The masks of all layers, full ones of those left out.
struct SaliencyMasks {
    std::vector<Pattern> masks;
    std::vector<std::string> notes = {};  ///< one per layer, where there is something to say; else empty
};

}  // namespace espalier::sparsity
