#include <memory>
#include <optional>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/commands/sweep_work.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/signals.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/report/forecast.hpp>
#include <espalier/report/sweep_report.hpp>
#include <espalier/sweep/folder_lock.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;

struct SweepOptions {
    std::string file;
    std::vector<std::string> assignments;
    std::string out;
    std::string launcher = "local";
    int jobs = 0;
    int threads = 0;
    bool dry_run = false;
    bool json = false;
    std::string progress;
    sweep::Policy policy;
};

void add_options(Parser& app, SweepOptions& options) {
    app.add_option("SWEEP", options.file, "Sweep, TOML; docs/sweeps.md describes it").required();
    add_set(app, options.assignments);
    app.add_option("--out", options.out, "Folder of the runs' folders; runs/<name> where not given").type_name("DIR");
    add_limits(app, options.jobs, options.threads);
    app.add_option("--launcher", options.launcher, "What starts runs:\nlocal: processes on this machine")
        .type_name("NAME");
    add_policy(app, options.policy);
    app.add_flag("--dry-run", options.dry_run, "Check everything, print what would be done, and do nothing");
    add_progress(app, options.progress);
    add_json(app, options.json);
}

int sweep_runs(const SweepOptions& options) {
    if (options.launcher != "local") {
        throw ConfigError("--launcher '" + options.launcher + "' is not known; known: local");
    }
    const ProgressForm form = chosen_progress(options.progress);
    const sweep::SweepFile file = sweep::read_sweep_file(options.file);
    config::Settings base = config::read_toml(file.base);
    config::override_with(base, options.assignments);
    std::vector<sweep::Point> points = sweep::expand(file, base);
    report::SweepResult result{.name = file.name,
                               .out = options.out.empty() ? fs::path("runs") / file.name : fs::path(options.out)};
    if (fs::exists(result.out) && !fs::is_directory(result.out)) {
        throw ConfigError("--out " + result.out.string() + " is a file");
    }
    // Before it is looked at what the folder holds: nobody changes it then.
    std::optional<sweep::FolderLock> lock;
    if (!options.dry_run) lock.emplace(result.out);
    result.items = sweep::make_agenda(std::move(points), result.out, options.policy);
    const std::vector<std::size_t> order = sweep::execution_order(result.items, file.seeds.size());
    report::KnownSizes sizes;
    report::require_no_failure(
        result.items, order, [&](std::size_t k) { report::plan_run(result.items[k].point.config, sizes); },
        print_notice);
    if (options.dry_run) {
        write_stdout(options.json ? report::agenda_json(result) : report::agenda_text(result));
        return done;
    }
    sweep::require_possible(result.items);
    catch_stop_signals();
    std::vector<sweep::Job> jobs;
    for (const std::size_t k : order) jobs.push_back(sweep::job_of(result.items[k]));
    work_off(result.items, order, std::move(jobs), sweep::limits(available_cores(), options.jobs, options.threads),
             form, [&](std::size_t k) { sweep::prepare(result.items[k]); });
    result.stopped = stop_requested() && result.count("finished") < result.items.size();
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
                                               "seconds", "there is", "would be done"})});
                }};
}

}  // namespace espalier::cli
