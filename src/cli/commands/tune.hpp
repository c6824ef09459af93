#pragma once

#include <string>
#include <vector>

#include <espalier/cli/terminal/progress.hpp>
#include <espalier/tuning/execution_check.hpp>

namespace espalier::cli {

/// What `tune --check` prints: how far the table that runs on this machine use is from the better way, measured.
std::string tune_check(bool json, ProgressForm form);

/// The same in words: one line a product, width and batch, that of the density where the choice loses most.
std::string tune_check_text(const std::vector<tuning::CheckedProduct>& checked);

}  // namespace espalier::cli
