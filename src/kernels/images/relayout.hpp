#pragma once

#include <espalier/kernels/activations.hpp>

namespace espalier::kernels {

/// Copies activations from one layout into the other; the same numbers of features and lanes.
template <class T>
void relayout(View<const T> from, View<T> to);

}  // namespace espalier::kernels
