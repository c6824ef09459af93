#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include <espalier/config/run_config.hpp>

namespace espalier::tickets {

/// What the folder of a lottery's run is called: "level-03", or of a control "level-03-random_mask".
std::string level_folder(std::size_t number, const std::string& control);

/// Where in a lottery a run stands.
struct LevelPlace {
    std::string chain;   ///< the folder of its chain, absolute: runs that come one from the other
    std::string name;    ///< the last part of it, "lenet-s0"
    std::size_t number;  ///< 0 is the dense network
    std::string control;
};

/// Reads the place of a run off its folder, which is all that says it; nothing where it is no run of a lottery. A
/// folder that is called so by chance is not one: level 0 is dense, all others begin with a file of their own.
/// @param run_file  "lenet-s0/level-03/run.h5"
std::optional<LevelPlace> level_place(const std::filesystem::path& run_file, const config::RunConfig& config);

}  // namespace espalier::tickets
