#pragma once

#include <string>

/// How this program was built.
namespace espalier::cli {

/// The commit of the sources, "aaef45c0b1d2", with "-dirty" where they were changed since; "unknown" where they came
/// without a history.
std::string commit();

/// The day of that commit, "2026-11-30"; where it is unknown that of the build.
std::string commit_date();

/// "GCC 12.2.0".
std::string compiler();

/// CMake's build type, "Release".
std::string build_type();

}  // namespace espalier::cli
