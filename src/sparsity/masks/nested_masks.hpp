#pragma once

#include <span>
#include <string>

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::sparsity {

/// A mask, and what a larger one that holds it has beside it.
struct NestedMasks {
    Pattern inner;
    Pattern ring;  ///< the larger mask without the inner one; always stored
};

/// The masks [rows x cols] of the `inner` and of the `outer` positions whose values are largest in absolute value, of
/// equal ones the lower positions (definitions.md 1.2): by one order of all positions, so the masks are nested.
///
/// Source: Jayakumar et al., "Top-KAST: Top-K Always Sparse Training", NeurIPS 2020, section 2: sets A and B \ A.
/// Cost: O(positions), dealt to threads; 4 bytes per position while it runs.
/// @param values [rows * cols]
/// @param inner  at most `outer`, that at most the positions
/// @param what   names the values in errors: "layer fc1: a weight"
/// @throws NumericError where a value is NaN
NestedMasks nested_masks(std::size_t rows, std::size_t cols, std::span<const float> values, std::size_t inner,
                         std::size_t outer, const std::string& what);

}  // namespace espalier::sparsity
