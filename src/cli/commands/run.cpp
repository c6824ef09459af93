#include <memory>
#include <optional>

#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/run_work.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/progress.hpp>
#include <espalier/cli/terminal/progress_feed.hpp>
#include <espalier/cli/terminal/signals.hpp>
#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/report/run_result.hpp>
#include <espalier/report/table.hpp>
#include <espalier/training/run/run.hpp>

namespace espalier::cli {
namespace {

constexpr const char* no_configuration =
    "run: which configuration? Give a TOML file: espalier run --print-defaults > mine.toml writes one to change, and "
    "espalier run mine.toml trains it";

constexpr const char* by_one =
    R"(ESPALIER_ISA=portable|avx2|avx512 chooses lesser kernels than the processor has. Results are equal for
any number of threads, not across instruction sets; --resume keeps the run's own.)";

constexpr const char* by_ranks =
    R"(Each rank works training.blocks / ranks blocks of every batch: the number of ranks divides training.blocks, a power
of two. Results are those of espalier run with the same training.blocks, bit for bit, whatever the number of ranks,
and either goes on with what the other began (--resume). With --split-neurons each rank works all samples and has some
neurons of every layer, with the results of espalier run too. Rank 0 alone writes; all ranks read the dataset and, to
go on, the folder. SIGUSR1 to mpirun saves and stops.)";

struct RunOptions {
    std::string config;
    std::vector<std::string> assignments;
    std::string out;
    bool resume = false;
    bool force = false;
    bool resume_or_start = false;
    int threads = 0;
    std::string progress;
    int progress_fd = -1;
    bool json = false;
    bool print_defaults = false;
    bool shard_optimizer = false;
    bool split_neurons = false;
};

void add_options(Parser& app, RunOptions& options, bool by_ranks_too) {
    app.add_option("CONFIG", options.config, "Configuration, TOML; its keys are in docs/configuration.md");
    add_set(app, options.assignments);
    app.add_option("--out", options.out, "Folder of the run; runs/<name>-s<seed> where not given").type_name("DIR");
    const Option resume = app.add_flag("--resume", options.resume, "Go on from the last checkpoint in the folder");
    const Option force = app.add_flag("--force", options.force, "Replace the run in the folder").excludes(resume);
    app.add_flag("--resume-or-start", options.resume_or_start,
                 "Go on where the folder holds a run, begin one where it holds none; a finished one is left as it is")
        .excludes(resume)
        .excludes(force);
    add_threads(app, options.threads);
    add_json(app, options.json);
    add_progress(app, options.progress);
    app.add_option("--progress-fd", options.progress_fd, "Also write how far it is to this descriptor, for programs")
        .not_negative()
        .type_name("FD");
    if (by_ranks_too) {
        const Option shard = app.add_flag(
            "--shard-optimizer", options.shard_optimizer,
            "Each rank holds the optimizer's state of some rows alone: less memory, the same results and files");
        app.add_flag("--split-neurons", options.split_neurons,
                     "Each rank holds some neurons of every layer and works all samples: for networks wider than a "
                     "machine's memory; the results and files of espalier run")
            .excludes(shard);
    }
    app.add_flag("--print-defaults", options.print_defaults, "Print the complete configuration and do nothing else");
}

config::Settings given(const RunOptions& options) {
    config::Settings settings;
    if (!options.config.empty()) settings = config::read_toml(options.config);
    config::override_with(settings, options.assignments);
    return settings;
}

void show(Progress& progress, const training::RunProgress& now) {
    const std::string label = "epoch " + std::to_string(now.epoch) + "/" + std::to_string(now.epochs);
    std::string note = "loss " + report::rounded(now.loss);
    if (now.validation_accuracy) note += "  validation " + report::percent(*now.validation_accuracy);
    progress.update(static_cast<double>(now.step), label, note, now.ends_epoch);
}

RunWork work_of(const RunOptions& options, const config::Settings& settings, const config::RunConfig& config) {
    RunWork work;
    work.settings = settings;
    work.config = config;
    work.folder = options.out;
    work.resume = options.resume;
    work.force = options.force;
    work.resume_or_start = options.resume_or_start;
    work.threads = options.threads;
    work.stop_requested = stop_requested;
    work.notice = print_notice;
    work.begin = [] { catch_stop_signals(); };
    return work;
}

/// What a rank other than 0 does: it is told the rest, and says nothing.
int run_along(const RunOptions& options, Communicator& ranks) {
    if (options.print_defaults) return done;
    RunWork work;
    work.threads = options.threads;
    work.stop_requested = stop_requested;
    work.begin = [] { catch_stop_signals(); };
    work.ranks = &ranks;
    work.share_optimizer_state = options.shard_optimizer;
    work.split_neurons = options.split_neurons;
    work_off_as_rank(work);
    return done;  // only rank 0 has a status of its own
}

/// @param ranks  of whom this is rank 0; null: there are none
int run(const RunOptions& options, Communicator* ranks) {
    const config::Settings settings = given(options);
    const config::RunConfig config = config::resolve(settings);
    if (options.print_defaults) {
        // Without a configuration it is the beginning of one; with one, what will be run.
        write_stdout(options.config.empty() ? config::template_toml(config, settings) : config::to_toml(config));
        return done;
    }
    if (options.config.empty()) throw ConfigError(no_configuration);
    const ProgressForm form = chosen_progress(options.progress);
    RunWork work = work_of(options, settings, config);
    work.ranks = ranks;
    work.share_optimizer_state = options.shard_optimizer;
    work.split_neurons = options.split_neurons;
    std::optional<Progress> progress;  // its length is known with the first step
    std::optional<ProgressFeed> feed;
    if (options.progress_fd >= 0) feed.emplace(options.progress_fd);
    work.observe = [&](const training::RunProgress& now) {
        if (!progress) progress.emplace(static_cast<double>(now.total_steps), form);
        show(*progress, now);
        if (feed) feed->update(now);
    };
    const training::RunResult result = work_off_run(work);
    progress.reset();
    write_stdout(options.json ? report::result_json(result) : report::summary(result));
    return result.status == "interrupted" ? interrupted : done;
}

}  // namespace

Command run_command(Communicator* ranks) {
    return {
        .name = "run",
        .help = ranks == nullptr ? "Train one configuration" : "Train one configuration, all ranks together",
        .example = ranks == nullptr ? "espalier run experiments/demo/fashion-mnist.toml --set sparsity.density=0.05 "
                                      "--out runs/set-5"
                                    : "mpirun -n 4 espalier-mpi run mine.toml --set training.blocks=8 --threads 1",
        .note = ranks == nullptr ? by_one : by_ranks,
        .set_up = [ranks](Parser& app) -> Action {
            const auto options = std::make_shared<RunOptions>();
            add_options(app, *options, ranks != nullptr);
            return [options, ranks] { return rank_of(ranks) > 0 ? run_along(*options, *ranks) : run(*options, ranks); };
        }};
}

}  // namespace espalier::cli
