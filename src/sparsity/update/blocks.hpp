#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/sparsity/rules/rules.hpp>

/// Blocks of weights that are kept, dropped and grown together: a mask of blocks, with one score per block.
namespace espalier::sparsity {

struct BlockShape {
    std::size_t rows = 1;
    std::size_t cols = 1;

    std::size_t size() const { return rows * cols; }
};

/// The mask of the blocks that `mask` consists of: [rows / block.rows x cols / block.cols].
/// @throws FormatError where a block is kept in part, or blocks do not divide the shape
Pattern blocks_of(const Pattern& mask, const BlockShape& block);

/// Every block of a mask of blocks in full.
Pattern expanded(const Pattern& blocks, const BlockShape& block);

/// The mean score of each block. `scores` [edges of expanded(blocks)].
std::vector<float> block_means(const Pattern& blocks, const BlockShape& block, std::span<const float> scores);

/// Rows of blocks, each the mean absolute value of what `rows` has there.
PositionRows block_rows(PositionRows rows, std::size_t cols, const BlockShape& block);

}  // namespace espalier::sparsity
