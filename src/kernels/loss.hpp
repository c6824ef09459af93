#pragma once

#include <cstdint>
#include <span>

#include <espalier/kernels/activations.hpp>

namespace espalier::kernels {

struct LossSum {
    double loss = 0.0;        ///< summed over lanes, natural logarithm
    std::size_t correct = 0;  ///< lanes whose largest logit is the label's; of equal ones the lowest class wins
};

/// The largest error of the loss and its gradient against float64, for up to 1024 classes and any number of lanes. The
/// loss of a lane is relative to 1 + its largest absolute logit, that of all to the sum of these; the gradient is
/// relative to 1 / lanes, which no element exceeds: where a class is almost certain, probability - 1 cancels. The sum
/// of n exponentials is rounded n times; the constant is 2^-24 for each and for some 40 roundings before and after.
inline constexpr double cross_entropy_relative_error = 6.4e-5;

/// Softmax cross-entropy of logits [classes x lanes]; `gradient`, where it has data, becomes the gradient of the mean
/// over lanes, (softmax - one-hot) / lanes.
///
/// Lanes are summed in order, in double; the largest logit is subtracted first, so that no exponential overflows.
/// Relative error: cross_entropy_relative_error.
/// @param labels [lanes], below classes
/// @param smoothing  q of label smoothing (Szegedy et al., CVPR 2016; PyTorch's): the target is 1 - q at the label and
///                   q / classes everywhere beside; definitions.md 7.8
template <class T>
LossSum softmax_cross_entropy(View<const T> logits, std::span<const std::uint32_t> labels, View<T> gradient,
                              double smoothing = 0.0);

}  // namespace espalier::kernels
