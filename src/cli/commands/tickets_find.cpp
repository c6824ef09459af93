#include <memory>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/commands/sweep_work.hpp>
#include <espalier/cli/commands/tickets.hpp>
#include <espalier/cli/commands/tickets_find_work.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/signals.hpp>
#include <espalier/report/tickets_find_report.hpp>

namespace espalier::cli {
namespace {

constexpr const char* no_lottery = "tickets find: which lottery? Give a TOML file, as docs/tickets.md describes it";

void add_options(Parser& app, FindOptions& options) {
    app.add_option("LOTTERY", options.file, "How tickets are found, TOML; docs/tickets.md describes it");
    add_set(app, options.assignments);
    app.add_option("--out", options.out, "Folder of the runs' folders; runs/<name> where not given").type_name("DIR");
    add_limits(app, options.jobs, options.threads);
    add_slurm(app, options.slurm);
    add_policy(app, options.policy);
    app.add_flag("--dry-run", options.dry_run, "Check everything, print what would be done, and do nothing");
    add_element(app, options.element);
    add_progress(app, options.progress);
    add_json(app, options.json);
}

int find_here(const FindOptions& options, ProgressForm form) {
    PlannedLottery planned = plan_lottery(options);
    const report::SweepResult& result = planned.result;
    if (options.dry_run) {
        write_stdout(options.json ? report::levels_agenda_json(planned.levels, result)
                                  : report::levels_agenda_text(planned.levels, result));
        return done;
    }
    sweep::require_possible(result.items);
    catch_stop_signals();
    work_off_lottery(planned, sweep::limits(available_cores(), options.jobs, options.threads), form);
    write_stdout(options.json ? report::levels_json(planned.levels, result)
                              : report::levels_text(planned.levels, result));
    return status_of(result);
}

int find(const FindOptions& options) {
    options.slurm.require_possible({options.jobs, options.threads, options.dry_run, options.policy});
    const ProgressForm form = chosen_progress(options.progress);
    if (!options.element.folder.empty()) {
        require_element_alone(!options.file.empty() || !options.assignments.empty() || !options.out.empty() ||
                              options.policy.retry_failed || options.policy.replace_changed || options.dry_run ||
                              options.slurm.is_asked());
        return find_as_element(options, form);
    }
    if (options.file.empty()) throw ConfigError(no_lottery);
    return options.slurm.is_asked() ? find_in_slurm(options) : find_here(options, form);
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
