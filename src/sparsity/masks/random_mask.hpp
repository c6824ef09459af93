#pragma once

#include <cstddef>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>
#include <espalier/sparsity/masks/random_subset.hpp>

namespace espalier::sparsity {

/// Exactly `kept` positions, every choice equally likely (definitions.md 2.2, placement `exact`); all of them: a full
/// pattern. O(kept + rows) time, 8 bytes per edge beside the pattern.
Pattern random_mask(std::size_t rows, std::size_t cols, std::size_t kept, const Stream& stream);

/// Each position kept with probability `density`, independently (placement `bernoulli`): a binomial count, then that
/// many positions. Cost as random_mask().
/// @param counting  a stream of its own for the count
Pattern bernoulli_mask(std::size_t rows, std::size_t cols, double density, const Stream& stream, Stream counting);

/// The absent positions of a mask with these ranks (0 is the first absent position, row by row), as a mask of their
/// own. O(edges + ranks), rows dealt to threads.
Pattern absent_positions(const Pattern& mask, const Subset& ranks);

/// The mask with floor(share * edges) of its positions, chosen at random, moved to random absent ones: a start that is
/// like another but not equal. A full pattern stays as it is.
Pattern perturbed_mask(const Pattern& mask, double share, const Stream& leaving, const Stream& coming);

}  // namespace espalier::sparsity
