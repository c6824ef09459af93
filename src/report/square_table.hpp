#pragma once

#include <string>
#include <vector>

namespace espalier::report {

/// What every two of some things have in common, for people: a heading, then one numbered row and column each.
/// @param value  [i][j]; NaN is shown as "-"
std::string square_table(const std::string& heading, const std::vector<std::string>& labels,
                         const std::vector<std::vector<double>>& value);

}  // namespace espalier::report
