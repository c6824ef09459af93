#pragma once

#include <string>

namespace espalier::testing {

/// Checks that a file of the project holds what the program generates; with ESPALIER_UPDATE_DOCS=1 it is written first.
/// @param path  within the project
void check_generated(const std::string& path, const std::string& text);

/// The same for a part of a file, the lines between those that hold `begin` and `end`.
void check_generated(const std::string& path, const std::string& begin, const std::string& end,
                     const std::string& text);

}  // namespace espalier::testing
