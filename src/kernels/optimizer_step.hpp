#pragma once

#include <span>

#include <espalier/kernels/simd.hpp>

namespace espalier::kernels {

/// One SGD step on equally long arrays: g = gradient + weight_decay * value; velocity = momentum * velocity + g;
/// value -= learning_rate * (velocity, or with Nesterov g + momentum * velocity). PyTorch's form of momentum.
/// @param velocity empty where there is no momentum
template <class T>
void sgd_step(std::span<T> values, std::span<const T> gradient, std::span<T> velocity,
              const SgdArguments<T>& arguments);

/// One Adam step (Kingma and Ba, ICLR 2015, algorithm 1), epsilon outside the bias correction as in PyTorch; weight
/// decay is added to the gradient.
template <class T>
void adam_step(std::span<T> values, std::span<const T> gradient, std::span<T> first, std::span<T> second,
               const AdamArguments<T>& arguments);

}  // namespace espalier::kernels
