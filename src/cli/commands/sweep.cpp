#include <memory>

#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/commands/sweep_work.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/signals.hpp>
#include <espalier/report/sweep_report.hpp>

namespace espalier::cli {
namespace {

struct SweepOptions {
    SweepRequest request;
    std::string launcher = "local";
    bool json = false;
    std::string progress;
};

void add_options(Parser& app, SweepOptions& options) {
    app.add_option("SWEEP", options.request.file, "Sweep, TOML; docs/sweeps.md describes it").required();
    add_set(app, options.request.assignments);
    app.add_option("--out", options.request.out, "Folder of the runs' folders; runs/<name> where not given")
        .type_name("DIR");
    add_limits(app, options.request.jobs, options.request.threads);
    app.add_option("--launcher", options.launcher, "What starts runs:\nlocal: processes on this machine")
        .type_name("NAME");
    add_policy(app, options.request.policy);
    app.add_flag("--dry-run", options.request.dry_run, "Check everything, print what would be done, and do nothing");
    add_progress(app, options.progress);
    add_json(app, options.json);
}

int sweep_runs(const SweepOptions& options) {
    if (options.launcher != "local") {
        throw ConfigError("--launcher '" + options.launcher + "' is not known; known: local");
    }
    const ProgressForm form = chosen_progress(options.progress);
    const auto work = [&](std::vector<sweep::Item>& items, const std::vector<std::size_t>& order,
                          std::vector<sweep::Job> jobs, const sweep::Limits& limits) {
        catch_stop_signals();
        work_off(items, order, std::move(jobs), limits, form, [&](std::size_t k) { sweep::prepare(items[k]); });
    };
    const report::SweepResult result =
        work_off_sweep(options.request, {.work = work, .stop_requested = stop_requested, .notice = print_notice});
    if (options.request.dry_run) {
        write_stdout(options.json ? report::agenda_json(result) : report::agenda_text(result));
        return done;
    }
    write_stdout(options.json ? report::sweep_json(result) : report::sweep_text(result));
    return status_of(result);
}

}  // namespace

Command sweep_command() {
    return {.name = "sweep",
            .help = "Train a grid, a list and seeds over a base configuration; finished runs are skipped",
            .example = "espalier sweep experiments/tour/sweep.toml --jobs 2 --out runs/tour-sweep",
            .set_up = [](Parser& app) -> Action {
                const auto options = std::make_shared<SweepOptions>();
                add_options(app, *options);
                return [options] { return sweep_runs(*options); };
            },
            .explain =
                [] {
                    return explained({columns({"run", "variant", "<key>", "seed", "status", "test_accuracy", "density",
                                               "seconds", "validation_accuracy", "there is", "would be done"})});
                }};
}

}  // namespace espalier::cli
