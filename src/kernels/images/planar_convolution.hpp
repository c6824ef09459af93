#pragma once

#include <espalier/kernels/images/convolution.hpp>

namespace espalier::kernels {

/// convolve() for a single sample, whose pixels fill the registers instead of fifteen empty lanes. Each output is the
/// sum of its edges in their order, while among other samples narrow rows are summed in several chains: the two may
/// differ by rounding. Reached through convolution.hpp.
template <class T>
void planar_convolve(const ConvolutionShape& shape, const SparseMatrix<T>& weights, const T* bias, View<const T> in,
                     View<T> out, T slope);

}  // namespace espalier::kernels
