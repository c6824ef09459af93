#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/cli/commands/slurm_watch.hpp>
#include <espalier/cli/commands/sweep_work.hpp>
#include <espalier/cli/commands/tickets_find_work.hpp>
#include <espalier/cli/terminal/app.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/signals.hpp>
#include <espalier/report/forecast.hpp>
#include <espalier/report/tickets_find_report.hpp>
#include <espalier/sweep/element.hpp>
#include <espalier/tickets/level_agenda.hpp>
#include <espalier/training/plan/foresight.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;
using sweep::Item;
using tickets::Level;

/// A level's mask is not there before its parent has been trained: of its network nothing can be planned but what
/// expand_levels() has.
void plan_level(const Level& level, report::KnownSizes& sizes) {
    if (!level.parent) {
        report::plan_run(level.point.config, sizes);
    } else {
        training::require_possible_times(level.point.config, level.data.examples);
    }
}

fs::path folder_of_lottery(const FindOptions& options, const std::string& name) {
    return options.out.empty() ? fs::path("runs") / name : fs::path(options.out);
}

std::vector<Level> levels_of(const tickets::AskedLottery& asked, report::KnownSizes& sizes) {
    return tickets::expand_levels(asked.file, asked.base,
                                  [&](const config::RunConfig& config) { return sizes(config); });
}

/// An element has a chain: its levels come one after the other.
void require_for_chains(const sweep::SlurmSettings& settings) {
    if (settings.has("runs_per_job")) {
        throw ConfigError(settings.places.find("runs_per_job")->second +
                          ": runs_per_job is for sweeps: a job of a lottery has one chain of levels; leave it out");
    }
}

/// What is queued was copied when it was submitted.
void require_same_lottery(const FindOptions& options, const fs::path& out, const sweep::HeldRuns& held) {
    const std::vector<std::string> live = sweep::live_jobs(held);
    for (const sweep::Submission& submission : sweep::submissions_of(out)) {
        if (std::ranges::find(live, submission.job) == live.end()) continue;
        if (tickets::is_copy_of(submission.folder, options.file, options.assignments)) continue;
        throw ConfigError("job " + submission.job + " is in Slurm's queue with another lottery file, base or --set (" +
                          submission.folder.string() + "): --cancel takes it out of the queue, or take another --out");
    }
}

/// The lottery's runs, looked at by nobody yet.
report::SweepResult all_levels(const FindOptions& options, std::vector<Level>& levels) {
    const tickets::AskedLottery asked = tickets::read_asked_lottery(options.file, options.assignments);
    report::KnownSizes sizes;
    levels = levels_of(asked, sizes);
    report::SweepResult result{.name = asked.file.runs.name, .out = folder_of_lottery(options, asked.file.runs.name)};
    for (const Level& level : levels) {
        result.items.push_back({.point = level.point, .folder = result.out / level.point.name, .state = {}});
    }
    return result;
}

int watch_levels(const FindOptions& options, bool shows) {
    std::vector<Level> levels;
    report::SweepResult result = all_levels(options, levels);
    watch_runs(result, shows && !options.json);
    if (!shows || options.json || result.status() != "interrupted") {
        write_stdout(options.json ? report::levels_json(levels, result) : report::levels_text(levels, result));
    }
    return watched_status(result);
}

/// "lenet-s0" of ".../lenet-s0/level-03".
std::vector<std::string> chains_of(const std::vector<fs::path>& runs) {
    std::vector<std::string> chains;
    for (const fs::path& run : runs) chains.push_back(run.parent_path().filename().string());
    return chains;
}

}  // namespace

PlannedLottery plan_lottery(const FindOptions& options) {
    PlannedLottery planned{.asked = tickets::read_asked_lottery(options.file, options.assignments),
                           .levels = {},
                           .result = {},
                           .order = {},
                           .lock = nullptr};
    const tickets::LotteryFile& file = planned.asked.file;
    report::KnownSizes sizes;
    planned.levels = levels_of(planned.asked, sizes);
    report::SweepResult& result = planned.result;
    result.name = file.runs.name;
    result.out = folder_of_lottery(options, file.runs.name);
    if (fs::exists(result.out) && !fs::is_directory(result.out)) {
        throw ConfigError("--out " + result.out.string() + " is a file");
    }
    // Before it is looked at what the folder holds: nobody changes it then.
    if (!options.dry_run) planned.lock = std::make_unique<sweep::FolderLock>(result.out);
    result.items = tickets::level_agenda(file.finding, planned.levels, result.out, options.policy);
    planned.order = tickets::level_order(planned.levels, result.items);
    report::require_no_failure(
        result.items, planned.order, [&](std::size_t k) { plan_level(planned.levels[k], sizes); }, print_notice);
    return planned;
}

void work_off_lottery(PlannedLottery& planned, const sweep::Limits& limits, ProgressForm form) {
    report::SweepResult& result = planned.result;
    const tickets::Finding& finding = planned.asked.file.finding;
    work_off(
        result.items, planned.order, tickets::level_jobs(planned.levels, result.items, planned.order), limits, form,
        [&](std::size_t place) { tickets::prepare_level(finding, planned.levels, result.items, place, result.out); });
    result.stopped = stop_requested() && result.count("finished") < result.items.size();
}

int find_in_slurm(const FindOptions& options) {
    if (options.slurm.cancel || !options.slurm.submits()) {
        if (!options.slurm.cancel) return watch_levels(options, true);
        return cancel_sweep(folder_of_lottery(options, tickets::read_lottery_file(options.file).runs.name));
    }
    PlannedLottery planned = plan_lottery(options);
    report::SweepResult& result = planned.result;
    const sweep::SlurmSettings& settings = planned.asked.file.runs.slurm;
    require_for_chains(settings);
    const sweep::HeldRuns held = held_now(result.out);
    require_same_lottery(options, result.out, held);
    sweep::leave_held(result.items, planned.order, held);
    sweep::require_possible(result.items);
    const SlurmWork work{.name = result.name,
                         .out = result.out,
                         .settings = settings,
                         .command = {"tickets", "find"},
                         .elements = tickets::by_chain(planned.levels, planned.order),
                         .live = sweep::live_jobs(held),
                         .write_more = [&](const fs::path& folder) {
                             tickets::write_lottery_copy(folder, options.file, options.assignments);
                         }};
    if (options.dry_run) {
        const std::vector<SubmittedArray> arrays = would_submit(work);
        write_stdout(options.json ? submitted_json(result, arrays) : scripts_text(arrays));
        return done;
    }
    const std::vector<SubmittedArray> arrays = submit(work, result.items);
    planned.lock.reset();
    const bool stays = options.slurm.wait || options.slurm.watch;
    if (!options.json || !stays) {
        write_stdout(options.json ? submitted_json(result, arrays) : submitted_text(result, arrays));
    }
    return stays ? watch_levels(options, options.slurm.watch) : done;
}

int find_as_element(const FindOptions& options, ProgressForm form) {
    const fs::path folder = options.element.folder;
    const std::size_t index = index_of(options.element);
    const std::vector<fs::path> runs = sweep::element_runs(folder, index);
    catch_stop_signals();
    PlannedLottery planned{
        .asked = tickets::read_lottery_copy(folder), .levels = {}, .result = {}, .order = {}, .lock = nullptr};
    report::KnownSizes sizes;
    planned.levels = tickets::levels_of_chains(levels_of(planned.asked, sizes), chains_of(runs));
    if (planned.levels.empty()) {
        throw FormatError(folder.string() + ": element " + std::to_string(index) + " has no chain of this lottery");
    }
    report::SweepResult& result = planned.result;
    result.name = "element " + std::to_string(index);
    result.out = runs.front().parent_path().parent_path();
    result.items = settled_agenda([&] {
        std::vector<Item> items = tickets::level_agenda(planned.asked.file.finding, planned.levels, result.out, {});
        sweep::mark_replaced(folder, items);
        return items;
    });
    planned.order = tickets::level_order(planned.levels, result.items);
    work_off_lottery(planned, sweep::limits(available_cores(), options.jobs, options.threads), form);
    write_stdout(options.json ? report::levels_json(planned.levels, result)
                              : report::levels_text(planned.levels, result));
    tell_refused(result);
    return element_status(result, options.element);
}

}  // namespace espalier::cli
