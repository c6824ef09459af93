#pragma once

// Debian 12 has Catch2 version 2, later ones version 3 with other headers: tests include this one.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
