#pragma once

#include <cstdint>
#include <vector>

#include <espalier/base/pattern.hpp>
#include <espalier/base/random.hpp>

namespace espalier::sparsity {

/// A uniformly random subset of [0, total) with exactly `count` members, ascending.
/// O(count log count) time, O(count) memory, whatever the total.
std::vector<std::uint64_t> random_subset(std::uint64_t total, std::uint64_t count, Stream& stream);

/// Exactly `kept` positions, every choice equally likely (methods.md 2, placement `exact`); all of them: a full
/// pattern.
Pattern random_mask(std::size_t rows, std::size_t cols, std::size_t kept, Stream& stream);

/// Flat positions of the absent weights with these ranks (0 is the first absent position); ranks ascend. One walk along
/// the kept ones: O(edges + ranks).
std::vector<std::uint64_t> absent_positions(const Pattern& mask, const std::vector<std::uint64_t>& ranks);

/// The mask with floor(share * edges) of its positions, chosen at random, moved to random absent ones: a start that is
/// like another but not equal. A full pattern stays as it is.
Pattern perturbed_mask(const Pattern& mask, double share, Stream& stream);

}  // namespace espalier::sparsity
