#pragma once

#include <limits>
#include <string>
#include <vector>

#include <espalier/base/pattern.hpp>

namespace espalier::cli {

/// "300x784".
template <class Integer>
std::string shape_text(const std::vector<Integer>& shape) {
    std::string text;
    for (const Integer side : shape) text.append(text.empty() ? "" : "x").append(std::to_string(side));
    return text;
}

/// Kept share of the possible edges; NaN where there are none.
inline double density(const Pattern& pattern) {
    const double possible = static_cast<double>(pattern.rows()) * static_cast<double>(pattern.cols());
    return possible > 0.0 ? static_cast<double>(pattern.edges()) / possible : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace espalier::cli
