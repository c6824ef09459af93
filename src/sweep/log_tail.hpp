#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace espalier::sweep {

/// The last line of a log that says something, without "espalier: "; empty where there is none. O(length behind
/// `start`).
/// @param start  bytes that are passed over
std::string last_line(const std::filesystem::path& log, std::uintmax_t start = 0);

/// The lines of a log that begin with "espalier: ", without it: what a run told its user. O(length behind `start`).
/// @param start  bytes that are passed over
std::vector<std::string> notices(const std::filesystem::path& log, std::uintmax_t start = 0);

}  // namespace espalier::sweep
