#pragma once

#include <span>

#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/images/image.hpp>
#include <espalier/kernels/sparse_product.hpp>

namespace espalier::kernels {

/// What a convolution does, without its weights. Weights are [out.channels x columns()]: the numbers of one output
/// channel are those of its first input channel, row after row of the window, then those of the next.
struct ConvolutionShape {
    Image in;
    Image out;
    Window window;
    std::size_t groups = 1;

    std::size_t inputs_of_group() const { return in.channels / groups; }
    std::size_t outputs_of_group() const { return out.channels / groups; }
    std::size_t columns() const { return inputs_of_group() * window.positions(); }
};

// All activations are lane-blocked (View). Matrices without offsets are full: their values are all there are, row
// after row. The cost is 2 * edges * pixels of the output * lanes operations; nothing of the size positions x pixels
// exists at any time. Results have equal bits for any number of threads: each output is one sum over its edges, in an
// order that the shapes decide.

/// out[o, i, j] = bias[o] + sum of weight[o, c, a, b] * in[c, i * stride + a * dilation - padding, ...]: PyTorch's
/// convolution (a cross-correlation: the window is not flipped); definitions.md 7.7.
/// @param weights [out.channels x columns()]
/// @param bias    [out.channels] or null
/// @param slope   a leaky ReLU with this slope is applied to `out` on the way; 1: none
template <class T>
void convolve(const ConvolutionShape& shape, const SparseMatrix<T>& weights, const T* bias, View<const T> in,
              View<T> out, T slope = T(1));

/// The gradient at the inputs; pixels that no window meets get 0.
/// @param transposed  the weights as MaskedWeight::transposed() gives them, [columns() x out.channels]; of a full
///                    pattern the weights themselves
/// @param adds        to what stands in grad_in
template <class T>
void convolve_gradient(const ConvolutionShape& shape, const SparseMatrix<T>& transposed, View<const T> grad_out,
                       View<T> grad_in, bool adds = false);

/// The gradient at the weights of a pattern, or at all positions of some rows of weights.
/// @param offsets  [out.channels + 1] of the pattern; empty: all positions of the rows [first, first + count)
/// @param gradient [edges], or [count x columns()]
template <class T>
void convolution_weight_gradient(const ConvolutionShape& shape, std::span<const std::uint64_t> offsets,
                                 std::span<const std::uint32_t> indices, std::size_t first, std::size_t count,
                                 View<const T> grad_out, View<const T> in, std::span<T> gradient);

/// sums[c] = sum over the pixels and lanes of a channel: the gradient at the bias. In double, in a fixed order.
template <class T>
void sum_channels(const Image& image, View<const T> in, std::span<T> sums);

}  // namespace espalier::kernels
