#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace espalier::sweep {

/// Run files by the names of files and of folders, in which every run.h5 at any depth is one (links are not followed).
/// Those of a folder in natural order of their paths; none twice.
/// @throws ConfigError where there is no such file or folder, or no run in a folder
std::vector<std::filesystem::path> find_runs(const std::vector<std::string>& names);

}  // namespace espalier::sweep
