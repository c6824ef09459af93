#pragma once

#include <espalier/kernels/activations.hpp>

namespace espalier::kernels {

/// The largest relative error of both functions against float64 where |in| <= 87 (beyond, float leaves its normal
/// numbers: results are then within 2^-125 of 0 or 1). The exponential is a polynomial of degree 7 after reduction to
/// [-ln 2 / 2, ln 2 / 2]; over every third float the worst errors are 1.8e-7 for the value and 2.9e-7 for the gradient.
inline constexpr double sigmoid_relative_error = 0x1p-21;

/// out = 1 / (1 + exp(-in)); no exponential overflows, NaN stays NaN. May work in place.
/// Relative error: sigmoid_relative_error.
template <class T>
void sigmoid(View<const T> in, View<T> out);

/// grad_in = grad_out * s * (1 - s), s = sigmoid(in). From the input and not from the output: a dropout behind the
/// layer works in place, so the output is no longer there. May work in place.
/// Relative error: sigmoid_relative_error.
template <class T>
void sigmoid_gradient(View<const T> in, View<const T> grad_out, View<T> grad_in);

}  // namespace espalier::kernels
