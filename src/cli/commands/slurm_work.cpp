#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/cli/commands/slurm_work.hpp>
#include <espalier/cli/terminal/app.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/progress.hpp>
#include <espalier/report/json.hpp>
#include <espalier/sweep/element.hpp>
#include <espalier/sweep/local_launcher.hpp>
#include <espalier/sweep/slurm_script.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;

/// What starts this program on a node.
std::vector<std::string> own_words(const std::vector<std::string>& command) {
    const sweep::OwnCommand& own = sweep::own_command();
    std::error_code unknown;
    const fs::path program = fs::read_symlink(own.program, unknown);
    std::vector<std::string> words = {(unknown ? own.program : program).string()};
    words.insert(words.end(), own.words.begin() + 1, own.words.end());
    words.insert(words.end(), command.begin(), command.end());
    return words;
}

/// The elements of one array, by their places in the work's.
struct Share {
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::vector<Share> shares_of(std::size_t elements, std::size_t most) {
    std::vector<Share> shares;
    for (std::size_t begin = 0; begin < elements; begin += most) {
        shares.push_back({begin, std::min(begin + most, elements)});
    }
    return shares;
}

/// A dry run may be made where no Slurm answers.
std::size_t probable_largest_array() {
    try {
        return sweep::largest_array();
    } catch (const IoError& error) {
        print_notice(std::string(error.what()) + "; taken for this: arrays of " +
                     std::to_string(sweep::usual_largest_array) + " elements at most");
        return sweep::usual_largest_array;
    }
}

SubmittedArray array_of(const SlurmWork& work, const Share& share, const fs::path& folder) {
    SubmittedArray array{.folder = folder, .job = {}, .script = {}, .elements = share.end - share.begin};
    for (std::size_t k = share.begin; k < share.end; ++k) array.runs += work.elements[k].size();
    array.script = sweep::slurm_script({.name = work.name,
                                        .folder = fs::absolute(folder).lexically_normal(),
                                        .current = fs::current_path(),
                                        .elements = array.elements,
                                        .command = own_words(work.command)},
                                       work.settings);
    return array;
}

void write_submission(const SlurmWork& work, const Share& share, const std::vector<sweep::Item>& items,
                      const SubmittedArray& array) {
    std::vector<std::vector<fs::path>> folders;
    std::vector<sweep::Item> own;
    for (std::size_t k = share.begin; k < share.end; ++k) {
        std::vector<fs::path>& runs = folders.emplace_back();
        for (const std::size_t item : work.elements[k]) {
            runs.push_back(items[item].folder);
            own.push_back(items[item]);
        }
    }
    sweep::write_elements(array.folder, folders);
    sweep::write_replaced(array.folder, own);
    work.write_more(array.folder);
    replace_with_text(array.folder / "job.sh", array.script);
}

report::Json array_json(const SubmittedArray& array) {
    report::Json json = {{"folder", array.folder.string()}, {"elements", array.elements}, {"runs", array.runs}};
    json["job"] = array.job.empty() ? report::Json() : report::Json(array.job);
    json["script"] = array.script;
    return json;
}

std::string counted(std::size_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

void SlurmRequest::require_possible(const BesideSlurm& beside) const {
    if (launcher != "local" && launcher != "slurm") {
        throw ConfigError("--launcher '" + launcher + "' is not known; known: local, slurm");
    }
    if (wait && !submits()) throw ConfigError("--wait is for --launcher slurm; a sweep on this machine is waited for");
    if (!is_asked()) return;
    if (beside.jobs != 0 || beside.threads != 0) {
        throw ConfigError(
            "--jobs and --threads are for --launcher local; in the file, [slurm] has cpus, threads and "
            "at_once");
    }
    if (beside.dry_run && (wait || watch || cancel)) {
        throw ConfigError(
            "--dry-run prints what would be submitted and does nothing: leave it out, or --wait, --watch "
            "and --cancel");
    }
    if (!submits() && (beside.policy.retry_failed || beside.policy.replace_changed)) {
        throw ConfigError("--retry-failed and --force-changed are for a submission, by --launcher slurm");
    }
}

void add_slurm(Parser& app, SlurmRequest& request) {
    app.add_option("--launcher", request.launcher,
                   "What starts runs:\nlocal: processes on this machine\nslurm: jobs of a cluster, by [slurm] of the "
                   "file; docs/clusters.md describes it")
        .type_name("NAME");
    app.add_flag("--wait", request.wait, "With --launcher slurm: stay until all have ended, as a sweep here does");
    const Option watch =
        app.add_flag("--watch", request.watch,
                     "Show where each run stands, from the run files and Slurm's queue, until none is under way; it "
                     "can be left at any time. With --launcher slurm, behind the submission");
    app.add_flag("--cancel", request.cancel, "Take the jobs of the sweep out of Slurm's queue; what runs saves")
        .excludes(watch)
        .excludes("--launcher");
}

sweep::HeldRuns held_now(const fs::path& out) {
    const std::vector<sweep::Submission> submissions = sweep::submissions_of(out);
    try {
        return sweep::held_runs(submissions, sweep::ask_queue(sweep::jobs_of(submissions)));
    } catch (const IoError& error) {
        throw IoError(std::string(error.what()) + "; which runs are in Slurm's queue is not known, so nothing is done");
    }
}

std::vector<SubmittedArray> submit(const SlurmWork& work, const std::vector<sweep::Item>& items) {
    std::vector<SubmittedArray> arrays;
    for (const fs::path& folder : sweep::tidy_submissions(work.out)) {
        print_notice(folder.string() + " was being submitted when its command ended: a job of the name '" + work.name +
                     "' may be in Slurm's queue that is not known here; look, cancel it, and remove the folder");
    }
    if (work.elements.empty()) return arrays;
    sweep::require_sbatch();
    std::vector<std::string> before = work.live;
    for (const Share& share : shares_of(work.elements.size(), sweep::largest_array())) {
        SubmittedArray array = array_of(work, share, sweep::make_submission_folder(work.out));
        write_submission(work, share, items, array);
        const bool waits = work.settings.at_once > 0;
        array.job = sweep::submit_folder(array.folder, waits ? before : std::vector<std::string>());
        sweep::write_job_number(array.folder, array.job, work.name);
        before.push_back(array.job);
        arrays.push_back(std::move(array));
    }
    return arrays;
}

std::vector<SubmittedArray> would_submit(const SlurmWork& work) {
    std::vector<SubmittedArray> arrays;
    if (work.elements.empty()) return arrays;
    for (const Share& share : shares_of(work.elements.size(), probable_largest_array())) {
        arrays.push_back(array_of(work, share, sweep::submission_folder(work.out)));
    }
    return arrays;
}

std::string submitted_text(const report::SweepResult& result, const std::vector<SubmittedArray>& arrays) {
    if (arrays.empty()) return "nothing to submit: every run is finished, has failed or is in the queue\n";
    std::string text;
    for (const SubmittedArray& array : arrays) {
        text += fmt::format("job {}: {} in {}, {}\n", array.job, counted(array.runs, "run"),
                            counted(array.elements, "element"), array.folder.string());
    }
    return text + "the same command with --watch shows where they are, with --cancel takes them back (" +
           result.out.string() + ")\n";
}

std::string submitted_json(const report::SweepResult& result, const std::vector<SubmittedArray>& arrays) {
    report::Json json = {{"sweep", result.name}, {"out", result.out.string()}, {"arrays", report::Json::array()}};
    for (const SubmittedArray& array : arrays) json["arrays"].push_back(array_json(array));
    return report::document(json);
}

std::string scripts_text(const std::vector<SubmittedArray>& arrays) {
    if (arrays.empty()) return "nothing to submit: every run is finished, has failed or is in the queue\n";
    std::string text;
    for (const SubmittedArray& array : arrays) {
        text +=
            fmt::format("{}# {} in {}\n", array.script, counted(array.runs, "run"), counted(array.elements, "element"));
    }
    return text;
}

int cancel_sweep(const fs::path& out) {
    const std::vector<sweep::Submission> submissions = sweep::submissions_of(out);
    // Without squeue nobody says which have ended; scancel passes over these.
    const std::vector<std::string> jobs =
        sweep::has_squeue() ? sweep::live_jobs(held_now(out)) : sweep::jobs_of(submissions);
    sweep::cancel_jobs(jobs);
    write_stdout(jobs.empty() ? "nothing of " + out.string() + " is in Slurm's queue\n"
                              : "taken out of Slurm's queue: " + join(jobs) + "; what ran saves and stops\n");
    return done;
}

}  // namespace espalier::cli
