#pragma once

#include <span>

#include <espalier/kernels/sparse_product.hpp>

namespace espalier::kernels {

/// Both gradients of a sparse layer in one pass over its edges, which reads each edge's row of `grad_out` once where
/// two products read two: grad_in = matrix * grad_out, and gradient as sampled_product gives it.
///
/// @param transposed [inputs x outputs] with positions
/// @param grad_out   [outputs] x lanes
/// @param in         [inputs] x lanes
/// @param grad_in    [inputs] x lanes, overwritten
/// @param gradient   [edges] in the order of values, overwritten
/// @param slope      where `in` is the output of a leaky ReLU with this slope >= 0, grad_in is the gradient before it
/// @param adds       grad_in goes on from what stands there, which `slope` is not of: of a matrix whose columns are cut
///                   in two the first half and then the second give the bits of the whole
/// @throws FormatError where the shapes disagree
/// Relative error: product_relative_error. Equal bits for any number of threads.
/// Cost: 4 * edges * lanes operations.
template <class T>
void fused_gradients(const SparseMatrix<T>& transposed, View<const T> grad_out, View<const T> in, View<T> grad_in,
                     std::span<T> gradient, T slope = T(1), bool adds = false);

}  // namespace espalier::kernels
