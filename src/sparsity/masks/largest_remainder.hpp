#pragma once

#include <cstddef>
#include <vector>

namespace espalier::sparsity {

/// floor(d_l N_l), then one more for the largest fractional parts until the sum is round(sum of d_l N_l); ties go to
/// the earlier layer (definitions.md 2.1).
std::vector<std::size_t> largest_remainder(const std::vector<double>& densities, const std::vector<std::size_t>& sizes);

}  // namespace espalier::sparsity
