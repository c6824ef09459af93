#pragma once

#include <string>

#include <espalier/cli/terminal/progress.hpp>

namespace espalier::cli {

/// What `tune --check` prints: how far the table that runs on this machine use is from the better way, measured.
std::string tune_check(bool json, ProgressForm form);

}  // namespace espalier::cli
