#pragma once

#include <espalier/kernels/sparse_product.hpp>

namespace espalier::kernels {

// The products of sparse_product.hpp with the zeros computed too: blocks of the sparse matrix are spread into a dense
// scratch, one after the other, and each is one GEMM. It costs what a dense layer costs, whatever the density, and is
// the faster way where a pattern is nearly full (see nn/execution/crossovers.hpp). No dense matrix exists: a thread has
// one block of at most scratch_block_elements, which it keeps.
//
// Blocks are the same for any number of threads, so the bits are too. What is not finite in the activations reaches
// every output here, not only the connected ones.

/// Elements of one thread's scratch: 1 MiB of floats.
inline constexpr std::size_t scratch_block_elements = std::size_t{1} << 18;

/// The largest relative error of these products against float64, where the terms have one sign. GEMM sums n terms in an
/// order of its own, and zeros round nothing: the bound is n * 2^-24 again; tests quote this for n up to 4096.
inline constexpr double scratch_relative_error = 2.5e-4;

/// out = matrix * in (+ bias by row), as sparse_product.
/// Cost: 2 * rows * cols * lanes operations by GEMM, and two passes over the edges.
template <class T>
void scratch_product(const SparseMatrix<T>& matrix, const T* bias, View<const T> in, View<T> out);

/// gradient[k] = sum over lanes of rows(row of k) * cols(index of k), as sampled_product.
/// Cost: 2 * rows * cols * lanes operations by GEMM, and one pass over the edges.
template <class T>
void scratch_sampled_product(std::span<const std::uint64_t> offsets, std::span<const std::uint32_t> indices,
                             View<const T> rows, View<const T> cols, std::span<T> gradient);

}  // namespace espalier::kernels
