#pragma once

#include <cstdint>
#include <span>

#include <espalier/kernels/activations.hpp>

namespace espalier::kernels {

struct LossSum {
    double loss = 0.0;        ///< summed over lanes, natural logarithm
    std::size_t correct = 0;  ///< lanes whose largest logit is the label's; of equal ones the lowest class wins
};

/// Softmax cross-entropy of logits [classes x lanes]; `gradient`, where it has data, becomes the gradient of the mean
/// over lanes, (softmax - one-hot) / lanes.
///
/// Lanes are summed in order, in double; the largest logit is subtracted first, so that no exponential overflows.
/// @param labels [lanes], below classes
template <class T>
LossSum softmax_cross_entropy(View<const T> logits, std::span<const std::uint32_t> labels, View<T> gradient);

}  // namespace espalier::kernels
