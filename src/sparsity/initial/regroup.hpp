#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/sparsity/masks/distribution.hpp>

namespace espalier::sparsity {

/// What blocks a mask is regrouped to.
struct RegroupOptions {
    std::size_t rows = 4;    ///< outputs of a block
    std::size_t places = 0;  ///< places of the kernel that all kernels of a block keep; 0: all
};

/// A mask that consists of blocks once its rows are put into an order: a block is a group of outputs and one input
/// channel, all of whose kernels keep the same places.
struct Regrouped {
    Pattern mask;
    std::vector<std::uint32_t> order;                 ///< [outputs] output at each place: group after group
    std::vector<std::vector<std::uint32_t>> columns;  ///< of each group its input channels, ascending
};

/// Blocks in place of the single weights of a mask, by the kernels that it keeps (definitions.md 2.20):
///
///  1. outputs are put into groups of `rows` that keep similar kernels: beginning with the lowest output left, the one
///     of largest Jaccard index with the kernels of the group so far comes next, of equal ones the lowest;
///  2. every group keeps the same number of input channels, as many as the mask's weights pay for, rounded down, and
///  one
///     at least: those whose blocks hold most of the mask's weights, of equal ones the lower;
///  3. of these all kernels are kept, in whole or at the `places` where the block has most, of equal ones the first.
///
/// What is a block of kernels in the matrix [out x in kh kw] is one, too, in the product of the gradient at the input,
/// whose matrix has the inputs as rows.
///
/// Source: Ma et al., "HRBP: Hardware-friendly regrouping towards block-based pruning for sparse CNN training", CPAL
/// 2024. Its repository holds no program: grouping by whole kernels and a pattern common to a block are the paper's,
/// the rest is a reconstruction.
/// @param mask   [shape[0] x the product of the other sides]
/// @throws ConfigError where `rows` do not divide the outputs, or there are fewer places than asked for: what does not
///         fit, no place and no remedy
/// Cost: O(outputs^2 inputs / 64 + positions) time, a bit for every kernel.
Regrouped regrouped(const Pattern& mask, const Shape& shape, const RegroupOptions& options);

}  // namespace espalier::sparsity
