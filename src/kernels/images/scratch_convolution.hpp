#pragma once

#include <espalier/kernels/images/convolution.hpp>

namespace espalier::kernels {

// The products of a masked convolution with its zeros computed too: what convolution.hpp does with a full matrix, whose
// values are spread into a scratch first. It costs what a dense convolution costs, whatever the density, and is the
// faster way where a pattern is nearly full (see nn/execution/convolution_crossovers.hpp). For one group.

/// @param weights  with offsets
template <class T>
void scratch_convolve(const ConvolutionShape& shape, const SparseMatrix<T>& weights, const T* bias, View<const T> in,
                      View<T> out, T slope = T(1));

/// @param weights  [out.channels x columns()], not transposed
template <class T>
void scratch_convolve_gradient(const ConvolutionShape& shape, const SparseMatrix<T>& weights, View<const T> grad_out,
                               View<T> grad_in, bool adds = false);

/// At the positions of a pattern, out of some rows of the gradient at all positions at a time.
template <class T>
void scratch_weight_gradient(const ConvolutionShape& shape, std::span<const std::uint64_t> offsets,
                             std::span<const std::uint32_t> indices, View<const T> grad_out, View<const T> in,
                             std::span<T> gradient);

}  // namespace espalier::kernels
