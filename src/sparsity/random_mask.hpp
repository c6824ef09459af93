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

}  // namespace espalier::sparsity
