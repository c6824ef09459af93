#include <memory>

#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/element_work.hpp>
#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/commands/sweep_slurm.hpp>
#include <espalier/cli/commands/sweep_work.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/signals.hpp>
#include <espalier/report/sweep_report.hpp>

namespace espalier::cli {
namespace {

struct SweepOptions {
    SweepRequest request;
    ElementRequest element;
    SlurmRequest slurm;
    bool prepare = false;
    bool json = false;
    std::string progress;
};

constexpr const char* no_sweep =
    "sweep: which one? Give a TOML file, as docs/sweeps.md describes it: espalier sweep experiments/tour/sweep.toml";

void add_options(Parser& app, SweepOptions& options) {
    app.add_option("SWEEP", options.request.file, "Sweep, TOML; docs/sweeps.md describes it");
    add_set(app, options.request.assignments);
    app.add_option("--out", options.request.out, "Folder of the runs' folders; runs/<name> where not given")
        .type_name("DIR");
    add_limits(app, options.request.jobs, options.request.threads);
    add_slurm(app, options.slurm);
    add_policy(app, options.request.policy);
    app.add_flag("--dry-run", options.request.dry_run, "Check everything, print what would be done, and do nothing");
    app.add_flag("--prepare", options.prepare,
                 "Write each run's run.toml and a list of them, elements.txt, and start nothing: for other engines")
        .excludes("--retry-failed")
        .excludes("--force-changed");
    add_element(app, options.element);
    add_progress(app, options.progress);
    add_json(app, options.json);
}

/// What an element's folder says itself.
bool has_more_than_element(const SweepOptions& options) {
    const SweepRequest& request = options.request;
    return !request.file.empty() || !request.assignments.empty() || !request.out.empty() ||
           request.policy.retry_failed || request.policy.replace_changed || request.dry_run || options.prepare ||
           options.slurm.is_asked();
}

int sweep_here(const SweepOptions& options, ProgressForm form) {
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

int prepare_runs(const SweepOptions& options) {
    if (options.request.jobs != 0 || options.request.threads != 0) {
        throw ConfigError("--prepare starts nothing: --jobs and --threads are for what does");
    }
    const PlannedSweep planned = prepare_sweep(options.request, print_notice);
    if (options.json) {
        write_stdout(report::agenda_json(planned.result));
    } else {
        write_stdout(report::agenda_text(planned.result) +
                     (options.request.dry_run ? "" : report::prepared_text(planned.result)));
    }
    return done;
}

int sweep_runs(const SweepOptions& options) {
    const SweepRequest& request = options.request;
    options.slurm.require_possible({request.jobs, request.threads, request.dry_run, request.policy});
    const ProgressForm form = chosen_progress(options.progress);
    if (!options.element.folder.empty()) {
        require_element_alone(has_more_than_element(options));
        return work_off_element(options.element, options.request.jobs, options.request.threads, form, options.json);
    }
    if (options.request.file.empty()) throw ConfigError(no_sweep);
    if (options.slurm.is_asked() && options.prepare) {
        throw ConfigError(
            "--prepare is for other engines than Slurm: leave it out, or --launcher, --watch and --cancel");
    }
    if (options.slurm.is_asked()) return sweep_in_slurm(options.request, options.slurm, options.json);
    return options.prepare ? prepare_runs(options) : sweep_here(options, form);
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
