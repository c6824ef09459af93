#pragma once

#include <limits>

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::report {

/// Kept share of the possible edges; NaN where there are none.
inline double density(const Pattern& pattern) {
    const double possible = static_cast<double>(pattern.rows()) * static_cast<double>(pattern.cols());
    return possible > 0.0 ? static_cast<double>(pattern.edges()) / possible : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace espalier::report
