#pragma once

#include <string>
#include <vector>

#include <espalier/page/numbers.hpp>
#include <espalier/page/page_runs.hpp>

namespace espalier::page {

/// Tables of what `espalier evaluate RUN --suite ...` has stored beside runs (robustness.json), as tables.hpp has
/// tables: one row a run with the main numbers, and accuracy on spoiled images by type. None where no run has such a
/// file.
/// @param left_out  gets a line for each file that cannot be read
std::vector<Json> robustness_tables(const PageRuns& all, std::vector<std::string>& left_out);

}  // namespace espalier::page
