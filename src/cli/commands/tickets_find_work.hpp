#pragma once

#include <memory>
#include <string>
#include <vector>

#include <espalier/cli/commands/element_work.hpp>
#include <espalier/cli/commands/slurm_work.hpp>
#include <espalier/cli/terminal/progress.hpp>
#include <espalier/report/sweep_report.hpp>
#include <espalier/sweep/folder_lock.hpp>
#include <espalier/tickets/lottery_copy.hpp>

/// `espalier tickets find`: what is done here, by Slurm, and as an element of an array.
namespace espalier::cli {

struct FindOptions {
    std::string file;
    std::vector<std::string> assignments;
    std::string out;
    int jobs = 0;
    int threads = 0;
    bool dry_run = false;
    bool json = false;
    std::string progress;
    sweep::Policy policy;
    ElementRequest element;
    SlurmRequest slurm;
};

/// A lottery of which it is known what is there and what is to be done.
struct PlannedLottery {
    tickets::AskedLottery asked;
    std::vector<tickets::Level> levels;
    report::SweepResult result;               ///< its items in the order of the levels
    std::vector<std::size_t> order;           ///< the items to run
    std::unique_ptr<sweep::FolderLock> lock;  ///< none of a dry run
};

/// @throws ConfigError where the lottery cannot be as it is written, or a run would fail at its start
PlannedLottery plan_lottery(const FindOptions& options);

/// Runs what is to be run here, and settles all.
void work_off_lottery(PlannedLottery& planned, const sweep::Limits& limits, ProgressForm form);

/// With --launcher slurm, --watch or --cancel. Exit status.
int find_in_slurm(const FindOptions& options);

/// With --element: a line of elements.txt has all that is open of some chains.
int find_as_element(const FindOptions& options, ProgressForm form);

}  // namespace espalier::cli
