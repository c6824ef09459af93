#pragma once

#include <functional>
#include <vector>

#include <espalier/cli/terminal/parser.hpp>
#include <espalier/cli/terminal/progress.hpp>
#include <espalier/report/sweep_report.hpp>
#include <espalier/sweep/scheduler.hpp>

/// What commands that work off many runs share.
namespace espalier::cli {

/// --jobs and --threads; 0: not given.
void add_limits(Parser& app, int& jobs, int& threads);

/// --retry-failed and --force-changed.
void add_policy(Parser& app, sweep::Policy& policy);

/// Runs what is to be run here, with the display on stderr, and settles all items.
/// @param order    the items to run
/// @param jobs     theirs, one each
/// @param form     of the display
/// @param prepare  called with the item's index before it is started
void work_off(std::vector<sweep::Item>& agenda, const std::vector<std::size_t>& order, std::vector<sweep::Job> jobs,
              const sweep::Limits& limits, ProgressForm form, const std::function<void(std::size_t)>& prepare);

/// Exit status; failed runs are an error, told after the table.
int status_of(const report::SweepResult& result);

}  // namespace espalier::cli
