#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <espalier/cli/terminal/parser.hpp>
#include <espalier/cli/terminal/progress.hpp>
#include <espalier/report/sweep_report.hpp>
#include <espalier/sweep/folder_lock.hpp>
#include <espalier/sweep/points.hpp>
#include <espalier/sweep/scheduler.hpp>

/// What commands that work off many runs share.
namespace espalier::cli {

/// --jobs and --threads; 0: not given.
void add_limits(Parser& app, int& jobs, int& threads);

/// --retry-failed and --force-changed.
void add_policy(Parser& app, sweep::Policy& policy);

/// Runs what is to be run here, with the display on stderr, settles all items, and tells on stderr what runs
/// wrote as notices into their logs, each once.
/// @param order    the items to run
/// @param jobs     theirs, one each
/// @param form     of the display
/// @param prepare  called with the item's index before it is started
void work_off(std::vector<sweep::Item>& agenda, const std::vector<std::size_t>& order, std::vector<sweep::Job> jobs,
              const sweep::Limits& limits, ProgressForm form, const std::function<void(std::size_t)>& prepare);

/// What `espalier sweep` is asked for.
struct SweepRequest {
    std::string file;
    std::vector<std::string> assignments;  ///< "key=value", over the base
    std::string out;                       ///< empty: runs/<name>
    int jobs = 0;
    int threads = 0;
    bool dry_run = false;
    sweep::Policy policy;
};

/// Who starts the runs of a sweep and hears of it.
struct SweepHost {
    /// Runs the items in this order, by these jobs, and settles all.
    std::function<void(std::vector<sweep::Item>&, const std::vector<std::size_t>&, std::vector<sweep::Job>,
                       const sweep::Limits&)>
        work;
    std::function<bool()> stop_requested;
    std::function<void(const std::string&)> notice;
};

/// A sweep of which it is known what is there and what is to be done.
struct PlannedSweep {
    sweep::SweepFile file;
    report::SweepResult result;
    std::vector<std::size_t> order;           ///< the items to run
    std::unique_ptr<sweep::FolderLock> lock;  ///< none of a dry one
};

/// Checks everything and looks at the folder, which from then on nobody else's sweep changes.
/// @param patience  with runs that another process is just ending
/// @throws ConfigError where the sweep cannot be as it is written
PlannedSweep plan_sweep(const SweepRequest& request, const std::function<void(const std::string&)>& notice,
                        std::chrono::milliseconds patience = std::chrono::seconds(5));

/// Writes what an array of a batch system or another engine needs to run the sweep: each run's run.toml, and
/// elements.txt with a run a line. @throws ConfigError where the folder holds what it must not replace
PlannedSweep prepare_sweep(const SweepRequest& request, const std::function<void(const std::string&)>& notice);

/// Checks everything, and works the sweep off; dry, only finds out what is there and would be done.
/// @throws ConfigError where the sweep cannot be as it is written, or the folder holds what it must not replace
report::SweepResult work_off_sweep(const SweepRequest& request, const SweepHost& host);

/// The runs that a sweep file names.
std::vector<sweep::Point> points_of(const sweep::SweepFile& file, const std::vector<std::string>& assignments);

/// Exit status; failed runs are an error, told after the table.
int status_of(const report::SweepResult& result);

}  // namespace espalier::cli
