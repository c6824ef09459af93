#pragma once

#include <string>

// Debian 12 has Catch2 version 2, later ones version 3 with other headers and names: tests include this one.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>

namespace espalier::testing {
inline auto Contains(const std::string& part) {
    return Catch::Matchers::ContainsSubstring(part);
}
}  // namespace espalier::testing
using Catch::Approx;
#else
#include <catch2/catch.hpp>

namespace espalier::testing {
using Catch::Matchers::Contains;
}
#endif
