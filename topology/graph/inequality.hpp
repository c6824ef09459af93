#pragma once

#include <vector>

namespace espalier::topology {

/// Gini coefficient: 0 where all are equal, 1 - 1/n where one of n holds everything, 0 where all are 0.
/// With x ascending, sum_i (2i - n - 1) x_i / (n sum_i x_i), i from 1. O(n log n).
/// @param values  at least one, none negative
double gini(std::vector<double> values);

}  // namespace espalier::topology
