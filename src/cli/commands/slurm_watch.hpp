#pragma once

#include <chrono>

#include <espalier/report/sweep_report.hpp>

namespace espalier::cli {

/// Looks at the runs of a sweep every ten seconds until none is under way or in Slurm's queue, or a signal comes. All
/// that is known stands in files, so it may be left, and called from any machine that sees them; without squeue, or
/// while it does not answer, the files tell alone, and that is said.
/// @param result  whose items are looked at; settled in the end
/// @param shows   a line a run: on a terminal redrawn in place, elsewhere those that have changed
void watch_runs(report::SweepResult& result, bool shows, std::chrono::milliseconds pause = std::chrono::seconds(10));

/// Exit status after watching. @throws Error where runs failed, or are not finished and nobody is to run them
int watched_status(const report::SweepResult& result);

}  // namespace espalier::cli
