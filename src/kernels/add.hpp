#pragma once

#include <espalier/kernels/activations.hpp>

namespace espalier::kernels {

/// out = a + b, element by element; out may be a or b. Bound by memory: 3 numbers per element.
/// @param slope  a leaky ReLU with this slope is applied on the way; 1: none
template <class T>
void add(View<const T> a, View<const T> b, View<T> out, T slope = T(1));

}  // namespace espalier::kernels
