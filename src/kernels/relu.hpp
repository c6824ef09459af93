#pragma once

#include <espalier/kernels/activations.hpp>

namespace espalier::kernels {

/// The largest relative error of both functions against float64, for any size: one product is rounded once. (Here as
/// for every kernel: where the result is no denormal number.)
inline constexpr double leaky_relu_relative_error = 0x1p-24;

/// out = in where in > 0, else slope * in. ReLU is slope 0, All-ReLU has slopes of either sign. May work in place.
/// Relative error: leaky_relu_relative_error.
template <class T>
void leaky_relu(View<const T> in, View<T> out, T slope);

/// grad_in = grad_out where sign > 0, else slope * grad_out. `sign` is the layer's input, or its output where slope >=
/// 0 (the two then have the same sign). May work in place.
/// Relative error: leaky_relu_relative_error.
template <class T>
void leaky_relu_gradient(View<const T> sign, View<const T> grad_out, View<T> grad_in, T slope);

}  // namespace espalier::kernels
