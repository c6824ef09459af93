#pragma once

#include <string>
#include <vector>

#include <espalier/page/numbers.hpp>
#include <espalier/page/page_runs.hpp>

/// Tables of the page: {"id", "title", "hint", "columns": [{"name", "kind"}], "rows": [[cell]], "sentence"}. A cell is
/// a number, a text, null, or of a mean [mean, half of its 95 % interval or null]; `kind` says how it is written.
namespace espalier::page {

/// A column: what it is called, and how the page writes its cells (browser/format.js).
Json column_json(const std::string& name, const std::string& kind);

/// One row a file: results, where it lies, and why it cannot be read.
Json runs_table(const PageRuns& all);

/// One row a group of runs, null where there are topologies alone: means of finished runs with Student's 95 % intervals
/// (sweep::sheet_of_means).
Json means_table(const PageRuns& all);

/// One row a key of the configuration in which groups differ, one column a group; null where all are alike.
Json differences_table(const PageRuns& all);

}  // namespace espalier::page
