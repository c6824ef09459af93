#pragma once

#include <bit>
#include <cstddef>
#include <span>

#include <espalier/base/memory/aligned.hpp>

/// Sums over the blocks of a batch (definitions.md 7.9) go by one binary tree over block numbers: a node is its left
/// half plus its right half, whoever computed them. Of a half without samples nothing is added: the other half is the
/// node. Whole subtrees may be summed elsewhere; their roots are then summed by the same functions.
namespace espalier::kernels {

/// Joins what lies in places of its own.
/// @param blocks  pointers or the like; null where a block has no samples
/// @param join    join(left, right): the left becomes the sum of both
/// @return the one that holds the sum; null where there is none
template <class Place, class Join>
Place join_by_tree(std::span<const Place> blocks, const Join& join) {
    if (blocks.size() == 1) return blocks.front();
    const std::size_t half = std::bit_ceil(blocks.size()) / 2;
    const Place left = join_by_tree(blocks.first(half), join);
    const Place right = join_by_tree(blocks.subspan(half), join);
    if (!left || !right) return left ? left : right;
    join(left, right);
    return left;
}

/// Sums arrays that are computed when their turn comes: memory for as many of them as the tree is high.
/// @param fill  fill(block, numbers) writes what a block has, false where it has no samples
/// @param out   the sum; untouched where no block has samples, and then false comes back
template <class T, class Fill>
bool sum_by_tree(std::size_t first, std::size_t count, const Fill& fill, std::span<T> out) {
    if (count == 1) return fill(first, out);
    const std::size_t half = std::bit_ceil(count) / 2;
    if (!sum_by_tree(first, half, fill, out)) return sum_by_tree(first + half, count - half, fill, out);
    AlignedVector<T> right(out.size());
    if (!sum_by_tree(first + half, count - half, fill, std::span<T>(right))) return true;
    for (std::size_t k = 0; k < out.size(); ++k) out[k] += right[k];
    return true;
}

/// The sum of arrays, element by element. What the blocks hold is used up.
/// @param blocks  [count] numbers each; null where a block has no samples
/// @param out     [count], may be one of them; untouched where there is none
/// One thread; bound by memory.
template <class T>
void tree_sum(std::span<T* const> blocks, std::size_t count, T* out);

}  // namespace espalier::kernels
