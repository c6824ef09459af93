#pragma once

#include <espalier/kernels/images/taps.hpp>

namespace espalier::kernels {

// What convolution.hpp does, where every position is kept and there is one group: each number that is read serves
// several channels at once. Reached through convolution.hpp.

/// @param values [out.channels x columns()]
template <class T>
void dense_convolve(const ConvolutionShape& shape, const TileLayout& layout, std::span<const T> values, const T* bias,
                    T slope, View<const T> in, View<T> out);

/// One remainder of rows and columns of the inputs, that of the layout.
template <class T>
void dense_convolve_gradient(const ConvolutionShape& shape, const TileLayout& layout, std::span<const T> values,
                             View<const T> grad_out, View<T> grad_in, bool adds);

/// Of the rows [first, first + count). @param gradient [count x columns()]
template <class T>
void dense_weight_gradient(const ConvolutionShape& shape, const TileLayout& layout, std::size_t first,
                           std::size_t count, View<const T> grad_out, View<const T> in, std::span<T> gradient);

}  // namespace espalier::kernels
