#pragma once

#include <string>
#include <vector>

#include <espalier/nn/graph/build.hpp>

namespace espalier::nn {

/// A network whose parallel depthwise convolutions are one each.
struct MergedNetwork {
    NetworkSpec spec;
    Network<float> network;
    struct Merged {
        std::string name;
        std::vector<std::size_t> before;  ///< shape of the largest kernel that went into it
        std::vector<std::size_t> after;
        std::size_t branches = 0;
    };
    std::vector<Merged> merged;
};

/// A network for evaluation alone: where a sum adds depthwise convolutions of one input, each with its batch norm, one
/// depthwise convolution with a bias takes their place (Ding et al., CVPR 2021 and 2022, structural
/// re-parameterisation). Kernels are scaled by scale / sqrt(variance + epsilon) and padded with zeros to the largest
/// sides among them; what no branch keeps stays absent, so that SLaK's pair of K x s and s x K becomes a K x K kernel
/// with the mask of a cross. Sums are taken in double and rounded once.
///
/// A branch is a convolution with stride and dilation 1, as many groups as channels, odd sides and half of them as
/// padding; nothing else may read what it gives.
/// @param spec     what `network` was built from
/// @param options  as it was built; nothing is drawn
MergedNetwork merge_kernels(const NetworkSpec& spec, const Network<float>& network, const BuildOptions& options);

}  // namespace espalier::nn
