#pragma once

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>

namespace espalier::topology {

/// The sides of a block, in rows and columns of the weight matrix.
struct BlockSize {
    std::size_t rows = 1;
    std::size_t cols = 1;
};

/// `blocks` random blocks of the weight matrix kept whole, every choice equally likely, all else absent.
///
/// @throws ConfigError where the sides do not divide the layer's, naming both; where there are fewer blocks to choose
/// from
/// Cost: O(edges). Source: definitions.md 2.19 (`block`); we refuse ragged borders.
Pattern block_sparse(std::size_t rows, std::size_t cols, const BlockSize& size, std::size_t blocks, Stream& stream);

}  // namespace espalier::topology
