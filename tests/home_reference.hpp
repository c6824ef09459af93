#pragma once

#include <filesystem>

namespace espalier::testing {

/// Small reference values that every clone has; README.md there says where they come from. Tests of them never skip.
inline std::filesystem::path home_reference() {
    return std::filesystem::path(ESPALIER_SOURCE_DIR) / "tests/reference";
}

}  // namespace espalier::testing
