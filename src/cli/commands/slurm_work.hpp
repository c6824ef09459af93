#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <espalier/cli/terminal/parser.hpp>
#include <espalier/report/sweep_report.hpp>
#include <espalier/sweep/slurm_settings.hpp>
#include <espalier/sweep/slurm_submission.hpp>

/// What `sweep` and `tickets find` do with Slurm.
namespace espalier::cli {

/// What else a command was asked for.
struct BesideSlurm {
    int jobs = 0;
    int threads = 0;
    bool dry_run = false;
    sweep::Policy policy{};
};

struct SlurmRequest {
    std::string launcher = "local";
    bool wait = false;
    bool watch = false;
    bool cancel = false;

    bool submits() const { return launcher == "slurm"; }
    bool is_asked() const { return submits() || watch || cancel; }
    /// @throws ConfigError where the launcher is not known, or what is asked for has no meaning beside it
    void require_possible(const BesideSlurm& beside) const;
};

/// --launcher, --wait, --watch and --cancel.
void add_slurm(Parser& app, SlurmRequest& request);

/// Who holds runs of this folder now. The queue is asked only where something was submitted from here.
/// @throws IoError where it cannot be asked: then nobody knows, and nothing may be submitted
sweep::HeldRuns held_now(const std::filesystem::path& out);

/// Runs to be given to Slurm.
struct SlurmWork {
    std::string name;
    std::filesystem::path out;
    const sweep::SlurmSettings& settings;
    std::vector<std::string> command;                ///< {"sweep"}
    std::vector<std::vector<std::size_t>> elements;  ///< items of each
    std::vector<std::string> live{};                 ///< arrays that are in the queue already
    /// Puts what an element needs besides into the submission's folder.
    std::function<void(const std::filesystem::path&)> write_more = [](const std::filesystem::path&) {};
};

/// An array that was submitted, or would be.
struct SubmittedArray {
    std::filesystem::path folder;
    std::string job;  ///< empty of a dry run
    std::string script;
    std::size_t elements = 0;
    std::size_t runs = 0;
};

/// Arrays of at most as many elements as the cluster takes. Where at_once limits them, each waits for those before it
/// and for those that are in the queue, so that all together keep the limit.
/// @throws ConfigError, IoError as sbatch refuses; arrays before that are submitted, and known to the next call
std::vector<SubmittedArray> submit(const SlurmWork& work, const std::vector<sweep::Item>& items);

/// The same without doing anything.
std::vector<SubmittedArray> would_submit(const SlurmWork& work);

/// What the command prints of them.
std::string submitted_text(const report::SweepResult& result, const std::vector<SubmittedArray>& arrays);
std::string submitted_json(const report::SweepResult& result, const std::vector<SubmittedArray>& arrays);
/// Of a dry run: the scripts alone.
std::string scripts_text(const std::vector<SubmittedArray>& arrays);

/// Takes all arrays of the sweep out of the queue, and says which. Exit status.
int cancel_sweep(const std::filesystem::path& out);

}  // namespace espalier::cli
