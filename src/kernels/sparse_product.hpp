#pragma once

#include <cstdint>
#include <span>

#include <espalier/kernels/activations.hpp>

namespace espalier::kernels {

/// A sparse matrix [rows x cols] in compressed rows as the products read it; it owns nothing.
template <class T>
struct SparseMatrix {
    std::size_t rows = 0;
    std::size_t cols = 0;
    std::span<const std::uint64_t> offsets;    ///< [rows + 1]
    std::span<const std::uint32_t> indices;    ///< [edges] columns, ascending in a row
    std::span<const std::uint32_t> positions;  ///< [edges] place of each edge's value; empty: values are in order
    std::span<const T> values;                 ///< [edges]
    /// Of the matrix that this is some rows of, whose walk is theirs too; 0: it is the whole.
    std::size_t whole_rows = 0;
    std::size_t whole_edges = 0;
};

/// The largest relative error of a product against float64, where the terms have one sign: edges of a row (or lanes)
/// are summed in order, each step rounding once. For n terms the bound is n * 2^-24; tests quote this for n up to 4096.
inline constexpr double product_relative_error = 2.5e-4;

/// out = matrix * in (+ bias by row): the forward product with W, the input gradient with W transposed.
///
/// @param matrix [outputs x inputs]
/// @param bias   [outputs], or null
/// @param in     [inputs] features x lanes
/// @param out    [outputs] features x the same lanes; overwritten, tail lanes zero
/// @throws FormatError where the shapes disagree
/// @param slope  a leaky ReLU with this slope is applied to `out` on the way; 1: none
/// Cost: 2 * edges * lanes operations. How an output's edges are added depends on the shapes alone: equal bits for any
/// number of threads.
template <class T>
void sparse_product(const SparseMatrix<T>& matrix, const T* bias, View<const T> in, View<T> out, T slope = T(1));

/// The weight gradient at the kept positions alone: gradient[k] = sum over lanes of rows(row of k) * cols(index of k).
///
/// @param rows gradient at the outputs [rows] x lanes
/// @param cols inputs [cols] x lanes
/// @param gradient [edges], overwritten
/// Cost: 2 * edges * lanes operations; no dense gradient exists at any time.
template <class T>
void sampled_product(std::span<const std::uint64_t> offsets, std::span<const std::uint32_t> indices, View<const T> rows,
                     View<const T> cols, std::span<T> gradient);

/// The largest relative error of sum_lanes against float64, relative to the sum of the absolute terms, for up to 4096
/// lanes: a quarter of the lanes at most is added up one after the other, then the partial sums: 1025 roundings of
/// 2^-24.
inline constexpr double sum_lanes_relative_error = 6.2e-5;

/// sums[f] = sum over lanes of in(f): the bias gradient. Relative error: sum_lanes_relative_error.
template <class T>
void sum_lanes(View<const T> in, std::span<T> sums);

}  // namespace espalier::kernels
