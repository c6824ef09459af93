#include <espalier/base/ranks/collectives.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands/kept_instruction_set.hpp>
#include <espalier/cli/commands/run_work.hpp>
#include <espalier/cli/terminal/build_info.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/version.hpp>
#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/run_execution.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/config/unread.hpp>
#include <espalier/kernels/instruction_set.hpp>
#include <espalier/training/run/run_summary.hpp>
#include <espalier/training/run/starting.hpp>
#include <espalier/training/run/writer_lock.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;

fs::path folder_of_run(const RunWork& work) {
    if (!work.folder.empty()) return work.folder;
    return fs::path("runs") / (work.config.name + "-s" + std::to_string(work.config.seed));
}

/// What is on the disk already must fit what is asked for, before anything is computed; the run looks again.
void check_folder(const RunWork& work, const fs::path& folder) {
    if (fs::exists(folder) && !fs::is_directory(folder)) throw ConfigError("--out " + folder.string() + " is a file");
    const fs::path run_file = folder / "run.h5";
    training::require_no_writer(run_file);
    training::decide_start(run_file, work.resume, work.force);
}

/// Fixes how layers are computed. A run that is resumed keeps its table, whatever this machine would choose.
config::RunConfig with_crossovers(config::RunConfig config, const fs::path& folder, bool resume) {
    if (resume && config.model.crossovers.empty()) {
        const std::string begun_with = training::read_run_summary(folder / "run.h5").info.config;
        config.model.crossovers = config::parse_toml(begun_with, folder / "run.h5").config.model.crossovers;
    }
    config::fill_crossovers(config);
    return config;
}

std::string program_text() {
    return version() + " (" + commit() + ")";
}

/// What the other ranks must know; they compute with this one's instruction set and crossovers, whatever they would
/// choose.
void tell_ranks(Communicator& ranks, const training::RunRequest& request) {
    for (const std::string& text : {program_text(), kernels::to_string(kernels::instruction_set()),
                                    config::to_toml(request.config), request.folder.string()}) {
        broadcast_text(ranks, text);
    }
}

std::string told(Communicator& ranks) {
    return broadcast_text(ranks, "");
}

void take_program(const std::string& program) {
    if (program == program_text()) return;
    throw ConfigError("the program here is " + program_text() + ", rank 0 runs " + program +
                      ": install the same one for all ranks");
}

void take_instruction_set(const std::string& name) {
    const auto set = kernels::instruction_set_of(name);
    if (!set || !kernels::supports(*set)) {
        throw ConfigError("the processor here lacks instruction set " + name + ", with which rank 0 computes (it has " +
                          kernels::supported_names() + "): set ESPALIER_ISA for all ranks to one that all have");
    }
    kernels::set_instruction_set(*set);
}

}  // namespace

training::RunResult work_off_as_rank(const RunWork& work) {
    Communicator& ranks = *work.ranks;
    take_program(told(ranks));
    take_instruction_set(told(ranks));
    training::RunRequest request;
    request.config_text = told(ranks);
    request.config = config::resolve(config::parse_toml(request.config_text, "rank 0's configuration"));
    request.folder = told(ranks);
    request.ranks = &ranks;
    request.share_optimizer_state = work.share_optimizer_state;
    request.split_neurons = work.split_neurons;
    request.stop_requested = work.stop_requested;
    use_threads(work.threads);
    work.begin();
    return training::run(request);
}

training::RunResult work_off_run(RunWork work) {
    const fs::path folder = folder_of_run(work);
    work.resume = work.resume || (work.resume_or_start && fs::exists(folder / "run.h5"));
    check_folder(work, folder);
    if (work.resume) keep_instruction_set(folder / "run.h5", work.notice);
    use_threads(work.threads);
    work.begin();
    training::RunRequest request;
    request.config = with_crossovers(work.config, folder, work.resume);
    const std::string unread = config::unread_keys(work.settings, work.config);
    if (!unread.empty()) request.notices.push_back(unread);
    request.config_text = config::to_toml(config::portable(request.config, folder));
    request.folder = folder;
    request.resume = work.resume;
    request.force = work.force;
    request.version = version();
    request.environment = environment_line();
    if (work.ranks != nullptr) request.environment += "; ranks " + std::to_string(work.ranks->size());
    request.ranks = work.ranks;
    request.share_optimizer_state = work.share_optimizer_state;
    request.split_neurons = work.split_neurons;
    request.stop_requested = work.stop_requested;
    request.observe = work.observe;
    request.notice = work.notice;
    if (work.ranks != nullptr) tell_ranks(*work.ranks, request);
    return training::run(request);
}

}  // namespace espalier::cli
