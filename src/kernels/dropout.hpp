#pragma once

#include <espalier/base/random.hpp>
#include <espalier/kernels/activations.hpp>

namespace espalier::kernels {

/// Inverted dropout: each element is zero with probability `rate`, else divided by 1 - rate. Which ones is a function
/// of the stream and the element's place alone, so the backward pass calls it again on the gradient and stores no mask.
/// @param rate in [0, 1)
template <class T>
void dropout(View<const T> in, View<T> out, double rate, const Stream& stream);

}  // namespace espalier::kernels
