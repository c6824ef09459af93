#pragma once

#include <span>

#include <espalier/kernels/activations.hpp>

namespace espalier::kernels {

// Products with a full weight matrix [outputs x inputs], row-major. float goes through oneDNN, double (checks only)
// through plain loops. The work is cut into fixed tiles of outputs (or inputs), each one single-threaded GEMM, so that
// the bits do not depend on the number of threads.

/// The largest relative error of these products in float against float64, relative to the sum of the absolute terms.
/// GEMM adds n terms in an order of its own: whatever it is, the bound is n * 2^-24. This is the one for n up to 1024;
/// it grows in proportion for more.
inline constexpr double dense_relative_error = 6.2e-5;

/// out = weight * in + bias by row. Shapes as in sparse_product; bias may be null.
/// Relative error: dense_relative_error, the bias being one more term.
template <class T>
void dense_forward(std::span<const T> weight, const T* bias, View<const T> in, View<T> out);

/// grad_in = weight^T * grad_out. Relative error: dense_relative_error.
template <class T>
void dense_input_gradient(std::span<const T> weight, View<const T> grad_out, View<T> grad_in);

/// gradient[(row - first) * inputs + col] = sum over lanes of grad_out(row) * in(col), for rows [first, first + count).
/// All rows are the weight gradient of a dense layer; a few at a time give RigL its scores without a dense matrix.
/// Relative error: dense_relative_error.
template <class T>
void dense_weight_gradient(View<const T> grad_out, View<const T> in, std::size_t first, std::size_t count,
                           std::span<T> gradient);

}  // namespace espalier::kernels
