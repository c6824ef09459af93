#include <memory>
#include <optional>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/commands/sweep_work.hpp>
#include <espalier/cli/commands/tickets.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/signals.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/report/forecast.hpp>
#include <espalier/report/tickets_find_report.hpp>
#include <espalier/sweep/folder_lock.hpp>
#include <espalier/tickets/level_agenda.hpp>
#include <espalier/training/plan/foresight.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;
using tickets::Level;

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
};

void add_options(Parser& app, FindOptions& options) {
    app.add_option("LOTTERY", options.file, "How tickets are found, TOML; docs/tickets.md describes it").required();
    add_set(app, options.assignments);
    app.add_option("--out", options.out, "Folder of the runs' folders; runs/<name> where not given").type_name("DIR");
    add_limits(app, options.jobs, options.threads);
    add_policy(app, options.policy);
    app.add_flag("--dry-run", options.dry_run, "Check everything, print what would be done, and do nothing");
    add_progress(app, options.progress);
    add_json(app, options.json);
}

/// A level's mask is not there before its parent has been trained: of its network nothing can be planned but what
/// expand_levels() has.
void plan_level(const Level& level, report::KnownSizes& sizes) {
    if (!level.parent) {
        report::plan_run(level.point.config, sizes);
    } else {
        training::require_possible_times(level.point.config, level.data.examples);
    }
}

int find(const FindOptions& options) {
    const ProgressForm form = chosen_progress(options.progress);
    const tickets::LotteryFile file = tickets::read_lottery_file(options.file);
    config::Settings base = config::read_toml(file.runs.base);
    config::override_with(base, options.assignments);
    report::KnownSizes sizes;
    const std::vector<Level> levels =
        tickets::expand_levels(file, base, [&](const config::RunConfig& config) { return sizes(config); });
    report::SweepResult result{.name = file.runs.name,
                               .out = options.out.empty() ? fs::path("runs") / file.runs.name : fs::path(options.out)};
    if (fs::exists(result.out) && !fs::is_directory(result.out)) {
        throw ConfigError("--out " + result.out.string() + " is a file");
    }
    // Before it is looked at what the folder holds: nobody changes it then.
    std::optional<sweep::FolderLock> lock;
    if (!options.dry_run) lock.emplace(result.out);
    result.items = tickets::level_agenda(file.finding, levels, result.out, options.policy);
    const std::vector<std::size_t> order = tickets::level_order(levels, result.items);
    report::require_no_failure(
        result.items, order, [&](std::size_t k) { plan_level(levels[k], sizes); }, print_notice);
    if (options.dry_run) {
        write_stdout(options.json ? report::levels_agenda_json(levels, result)
                                  : report::levels_agenda_text(levels, result));
        return done;
    }
    sweep::require_possible(result.items);
    catch_stop_signals();
    work_off(result.items, order, tickets::level_jobs(levels, result.items, order),
             sweep::limits(available_cores(), options.jobs, options.threads), form,
             [&](std::size_t place) { tickets::prepare_level(file.finding, levels, result.items, place, result.out); });
    result.stopped = stop_requested() && result.count("finished") < result.items.size();
    write_stdout(options.json ? report::levels_json(levels, result) : report::levels_text(levels, result));
    return status_of(result);
}

}  // namespace

Command tickets_find_command() {
    return {.name = "find",
            .help = "Find tickets by pruning and rewinding, level by level; finished levels are skipped",
            .example = "espalier tickets find experiments/lottery-ticket-hypothesis/lottery.toml --jobs 2",
            .set_up = [](Parser& app) -> Action {
                const auto options = std::make_shared<FindOptions>();
                add_options(app, *options);
                return [options] { return find(*options); };
            },
            .explain =
                [] {
                    return explained({columns({"chain", "level", "control", "density asked", "exactly", "as trained",
                                               "status", "test", "validation", "best validation", "at step (epoch)",
                                               "from step", "there is", "would be done"})});
                }};
}

}  // namespace espalier::cli
