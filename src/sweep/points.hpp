#pragma once

#include <string>
#include <vector>

#include <espalier/config/given_settings.hpp>
#include <espalier/sweep/point_name.hpp>
#include <espalier/sweep/sweep_file.hpp>

namespace espalier::sweep {

/// One run of a sweep.
struct Point {
    std::string name;     ///< of its folder
    std::string variant;  ///< empty where the sweep has none
    GridValues values;
    config::RunConfig config;  ///< resolved; called as the variant is, or as the sweep where there is none
};

/// How many runs a sweep may have.
constexpr std::size_t most_points = 100'000;

/// All runs of a sweep, resolved and checked: variants x grid x seeds, the last turning fastest, in the order of the
/// file.
/// @param base  the settings of file.base, with those of --set
/// @throws ConfigError with the place of the key that would have to change and the run it is wrong in; where two runs
///         would share a folder, its name is longer than 200 bytes, --set has a key that the sweep varies, or there are
///         more than most_points
std::vector<Point> expand(const SweepFile& file, const config::Settings& base);

}  // namespace espalier::sweep
