#pragma once

#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/graph/network.hpp>
#include <espalier/nn/models/spec.hpp>

namespace espalier::nn {

/// A network for evaluation alone, without those batch norms that stand behind a convolution or a linear layer that
/// nothing else reads: with fixed running statistics they are a factor and a constant for each output, which go into
/// its weights and its bias (Jacob et al., CVPR 2018, section 3.2). Outputs agree up to rounding.
///
/// Batch norms elsewhere stay: before a convolution that pads they cannot be folded at the border.
/// @param spec     what `network` was built from
/// @param options  as it was built; nothing is drawn
template <class T>
Network<T> fold_batch_norms(const NetworkSpec& spec, const Network<T>& network, const BuildOptions& options);

}  // namespace espalier::nn
