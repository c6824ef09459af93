#pragma once

#include <string>
#include <vector>

#include <espalier/page/numbers.hpp>
#include <espalier/page/page_runs.hpp>

namespace espalier::page {

/// Tables of tickets, as tables.hpp has tables: one of the levels that `espalier tickets find` trained, one of the
/// tickets that runs have left on their way (/metrics/tickets). None where there are no tickets.
/// @param left_out  gets a line for each thing that limits kept away
std::vector<Json> tickets_tables(const PageRuns& all, std::vector<std::string>& left_out, const Tell& tell);

}  // namespace espalier::page
