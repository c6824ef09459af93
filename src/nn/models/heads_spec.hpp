#pragma once

#include <cstdint>
#include <vector>

#include <espalier/nn/models/spec.hpp>

namespace espalier::nn {

/// How several heads become one answer.
enum class HeadMerge : std::uint8_t {
    logits,         ///< the mean of their logits
    probabilities,  ///< the logarithm of the mean of their softmax: its softmax is that mean
};

/// Adds what joins heads to the end of a network: "heads", the outputs of all classifiers one below the other, which
/// training asks one by one, and "head_mean", the one answer that evaluation makes of them.
/// @param classifiers  numbers of the nodes that give each head's logits, at least two, equally many each
void add_heads(NetworkSpec& spec, const std::vector<std::size_t>& classifiers, HeadMerge how);

}  // namespace espalier::nn
