#pragma once

#include <string>
#include <vector>

#include <espalier/page/bands.hpp>
#include <espalier/page/page_runs.hpp>

namespace espalier::page {

/// Kept weights times snapshots that are read for the survival of connections, at most, of all runs together.
inline constexpr double most_survival_work = 4e8;

/// Share of the first snapshot's connections that are there, or there again, at each snapshot (definitions.md 6.30), a
/// band a group. No bands where no run has two snapshots.
/// @param left_out  gets a line where reading would take too long
BandChart survival_chart(const PageRuns& all, std::vector<std::string>& left_out, const Tell& tell);

}  // namespace espalier::page
