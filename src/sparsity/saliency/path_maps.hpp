#pragma once

#include <memory>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/nn/models/spec.hpp>

namespace espalier::sparsity {

/// How many paths of kept weights lead from an image of ones to every pixel behind each node, up to a common factor of
/// a node: a forward pass with weights of 1, sums in place of maxima and means, and nothing else. Strides and padding
/// count as they do in the network.
///
/// Numbers are divided by the largest of each layer and added with their scales, so that no depth overflows.
class PathMaps {
  public:
    /// The spec must outlive it.
    explicit PathMaps(const nn::NetworkSpec& spec) : spec_(spec), maps_(spec.nodes.size()) {}

    /// What arrives at the units that layer `node` takes: of images the sum over a channel's pixels, the largest 1.
    /// All layers before it must have been passed.
    std::vector<double> arriving(std::size_t node);
    /// Lets through layer `node` what arrives, with this mask.
    void pass(std::size_t node, const Pattern& mask);

  private:
    struct Map {
        std::vector<double> numbers;  ///< [features]
        double log_scale = 0.0;       ///< numbers are to be multiplied by its exponential
    };
    using Shared = std::shared_ptr<const Map>;

    Shared input_of(std::size_t node, std::size_t which = 0);
    Shared made(std::size_t node);
    Shared summed(std::size_t node);

    const nn::NetworkSpec& spec_;
    std::vector<Shared> maps_;  ///< of each node, where it is known
    Shared ones_;
};

}  // namespace espalier::sparsity
