#pragma once

#include <espalier/base/random/random.hpp>
#include <espalier/kernels/random_words.hpp>

namespace espalier::kernels {

/// The largest relative error of a kept element against float64, for any size: 1 / (1 - rate) is rounded, and the
/// product.
inline constexpr double dropout_relative_error = 0x1p-23;

/// Inverted dropout: each element is zero with probability `rate`, else divided by 1 - rate. Which ones is a function
/// of the stream and the element's place in the batch alone, so the backward pass calls it again on the gradient and
/// stores no mask. Takes either layout. Relative error: dropout_relative_error.
/// @param rate in [0, 1)
template <class T>
void dropout(View<const T> in, View<T> out, double rate, const Stream& stream, const BatchLanes& lanes = {});

}  // namespace espalier::kernels
