#pragma once

#include <span>

#include <espalier/kernels/simd.hpp>

namespace espalier::kernels {

// Both steps take numbers below the smallest normal one for 0 (flush_denormals.hpp): moments of what gets no gradient
// any more decay to 0 instead of to numbers that cost a hundred cycles each. Errors below are those of normal numbers.

/// The largest error of one sgd_step against float64, for any size: of the value relative to |value| + |update|, of the
/// velocity relative to its own terms, all terms of the sums taken as absolute values. At most seven roundings of 2^-24
/// follow one another.
inline constexpr double sgd_relative_error = 7 * 0x1p-24;

/// The same of one adam_step, for the value and both moments: fourteen roundings, those under the root counting half.
inline constexpr double adam_relative_error = 14 * 0x1p-24;

/// One SGD step on equally long arrays: g = gradient + weight_decay * value; velocity = momentum * velocity + g;
/// value -= learning_rate * (velocity, or with Nesterov g + momentum * velocity). PyTorch's form of momentum.
/// Relative error: sgd_relative_error.
/// @param velocity empty where there is no momentum
template <class T>
void sgd_step(std::span<T> values, std::span<const T> gradient, std::span<T> velocity,
              const SgdArguments<T>& arguments);

/// One Adam step (Kingma and Ba, ICLR 2015, algorithm 1), epsilon outside the bias correction as in PyTorch; weight
/// decay is added to the gradient. Relative error: adam_relative_error.
template <class T>
void adam_step(std::span<T> values, std::span<const T> gradient, std::span<T> first, std::span<T> second,
               const AdamArguments<T>& arguments);

}  // namespace espalier::kernels
