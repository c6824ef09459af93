#pragma once

#include <espalier/kernels/activations.hpp>

namespace espalier::kernels {

/// out = in where in > 0, else slope * in. ReLU is slope 0, All-ReLU has slopes of either sign. May work in place.
template <class T>
void leaky_relu(View<const T> in, View<T> out, T slope);

/// grad_in = grad_out where sign > 0, else slope * grad_out. `sign` is the layer's input, or its output where slope >=
/// 0 (the two then have the same sign). May work in place.
template <class T>
void leaky_relu_gradient(View<const T> sign, View<const T> grad_out, View<T> grad_in, T slope);

}  // namespace espalier::kernels
