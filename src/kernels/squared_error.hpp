#pragma once

#include <espalier/kernels/activations.hpp>

namespace espalier::kernels {

/// The largest relative error of the loss against float64, and of the gradient relative to
/// 2 (|output| + |target|) / (features * lanes): differences are rounded once, sums run in double.
inline constexpr double squared_error_relative_error = 0x1p-22;

/// Mean squared error of outputs [features x lanes]: the sum over lanes of the mean over features of (output -
/// target)², so that divided by the lanes it is the mean over all entries, as Keras and PyTorch define "MSE".
/// `gradient`, where it has data, becomes the gradient of that mean over all entries: 2 (output - target) / (features *
/// lanes).
///
/// Rows are summed in order, in double; the result does not depend on the number of threads.
/// Relative error: squared_error_relative_error, the loss relative to what it is with |output| + |target| for the
/// difference.
/// @param targets of the shape of outputs
/// @throws FormatError where the shapes differ
template <class T>
double squared_error(View<const T> outputs, View<const T> targets, View<T> gradient);

}  // namespace espalier::kernels
