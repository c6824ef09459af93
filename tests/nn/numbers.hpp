#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "catch.hpp"

namespace espalier::testing {

using Numbers = std::vector<double>;

/// The largest difference, relative to the largest number expected or to `least`, where all are rounding noise.
inline double difference(std::span<const double> found, const Numbers& expected, double least) {
    REQUIRE(found.size() == expected.size());
    double worst = 0.0;
    double largest = least;
    for (std::size_t k = 0; k < found.size(); ++k) {
        worst = std::max(worst, std::abs(found[k] - expected[k]));
        largest = std::max(largest, std::abs(expected[k]));
    }
    return worst / largest;
}

}  // namespace espalier::testing
