#pragma once

#include <espalier/sparsity/masks/random_subset.hpp>

namespace espalier::sparsity {

/// random_subset() where `count` is a small part of `total` and duplicates are rare: numbers are dealt to their runs
/// and sorted there.
Subset subset_by_runs(std::uint64_t total, std::uint64_t count, const Stream& stream);

}  // namespace espalier::sparsity
