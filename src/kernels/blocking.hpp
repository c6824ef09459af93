#pragma once

#include <algorithm>
#include <cstddef>

#include <espalier/kernels/simd.hpp>
#include <espalier/kernels/sparse_product.hpp>

namespace espalier::kernels {

/// How a product over a compressed matrix is walked. Each edge reads one row of `lane_bytes`. Where the rows do not all
/// stay in the second-level cache, but a block of them that does has a few edges in each row of the matrix, the columns
/// are taken in such blocks. With fewer edges (very wide, very sparse layers) a block would cost more, in rows written
/// and read again, than it saves.
///
/// The size suits caches of 2 MiB and is the same on every machine: with few lanes the walk decides in which order a
/// row's edges are added. Blocks that fit into the first level were measured too; they win nothing below density 0.1.
inline Blocking blocking(std::size_t rows, std::size_t cols, std::size_t edges, std::size_t lane_bytes) {
    constexpr std::size_t block_bytes = 1UL << 20;
    constexpr double edges_worth_a_block = 4.0;
    const double density = static_cast<double>(edges) / (static_cast<double>(rows) * static_cast<double>(cols) + 1.0);
    const std::size_t block = std::max<std::size_t>(1, block_bytes / lane_bytes);
    const bool pays = cols > block && density * static_cast<double>(block) >= edges_worth_a_block;
    return {pays ? block : cols};
}
/// The same of a matrix, or of some rows of one.
template <class T>
Blocking blocking(const SparseMatrix<T>& matrix, std::size_t lane_bytes) {
    if (matrix.whole_rows == 0) return blocking(matrix.rows, matrix.cols, matrix.indices.size(), lane_bytes);
    return blocking(matrix.whole_rows, matrix.cols, matrix.whole_edges, lane_bytes);
}

}  // namespace espalier::kernels
