#pragma once

#include <chrono>
#include <filesystem>
#include <vector>

#include <espalier/sweep/point_state.hpp>
#include <espalier/sweep/scheduler.hpp>

namespace espalier::sweep {

/// One run of a sweep, and what is to be done about it.
struct Item {
    Point point;
    std::filesystem::path folder;
    PointState state;
    Step step = Step::skip;

    /// What it is in the end: "finished", "failed", "interrupted", "unreadable", "queued".
    std::string status{};
    std::string reason{};  ///< of "failed" and "unreadable": one line
    bool ran = false;      ///< by this command
};

/// Looks up where each run stands. A run that another process is just ending is waited for.
std::vector<Item> make_agenda(std::vector<Point> points, const std::filesystem::path& folder, const Policy& policy,
                              std::chrono::milliseconds patience = std::chrono::seconds(5));

/// Of an item whose step is `refuse`: which folder, why, and what to do.
std::string why_refused(const Item& item);

/// @throws ConfigError where a step is `refuse`: which folder, why, and what to do
void require_possible(const std::vector<Item>& agenda);

/// The items that have to be run, as indices: all points with their first seed, then all with the second, so that a
/// sweep that is stopped has something of everything.
/// @param seeds  how many each point has
std::vector<std::size_t> execution_order(const std::vector<Item>& agenda, std::size_t seeds);

/// Removes what killed processes left in the folders of runs: temporaries, and the work file of a run that had already
/// said how it ended. A folder in which another process is writing stays as it is.
void tidy(const std::vector<Item>& agenda);

/// Makes the folder of a run and writes its resolved configuration to run.toml.
void prepare(const Item& item);

/// The job of an item; threads are the scheduler's.
Job job_of(const Item& item);

/// Works off some items, and settles all.
/// @param order  the items to run
/// @param jobs   theirs, one each
/// @param hooks  `prepare` is called with the item's index
/// @throws as work_off() of jobs
void work_off(std::vector<Item>& agenda, const std::vector<std::size_t>& order, std::vector<Job> jobs,
              Launcher& launcher, const Limits& limits, const Hooks& hooks);

/// Looks again, and settles status and reason.
/// @param task     null where the item was not to be run
/// @param stopped  the sweep was asked to stop
void settle(Item& item, const Task* task, bool stopped);

}  // namespace espalier::sweep
