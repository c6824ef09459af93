#pragma once

#include <cstddef>

namespace espalier::sweep {

/// Half the width of Student's 95 % confidence interval of a mean: t(0.975, n - 1) * deviation / sqrt(n).
/// @param deviation  of the sample: the sum of squares about the mean over n - 1
/// @param n          values, at least 2
double half_interval_95(double deviation, std::size_t n);

}  // namespace espalier::sweep
