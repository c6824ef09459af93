#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <espalier/page/numbers.hpp>
#include <espalier/page/page_runs.hpp>

namespace espalier::page {

/// What a page is made with.
struct PageOptions {
    std::string title;    ///< empty: what all runs have in common
    std::string version;  ///< of the program
};

/// All that a page shows.
struct PageData {
    Json json;
    std::vector<std::string> left_out;  ///< what a limit kept away, a line each; the page says it, too
};

/// Computes all that the page of these runs shows.
/// @param tell  progress
PageData page_data(const PageRuns& runs, const PageOptions& options, const Tell& tell);

}  // namespace espalier::page
