#include <algorithm>
#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/training/run/run_journal.hpp>
#include <espalier/training/run/run_summary.hpp>
#include <espalier/training/run/starting.hpp>
#include <espalier/training/state/checkpoint.hpp>

namespace espalier::training {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const fs::path& run_file) {
    return run_file.has_parent_path() ? run_file.parent_path().string() : ".";
}

void add_steps(const std::string& name, const Column& column, std::set<std::int64_t>& steps) {
    const auto* of_rows = std::get_if<std::vector<std::int64_t>>(&column);
    if (name == "step" && of_rows != nullptr) steps.insert(of_rows->begin(), of_rows->end());
}

/// No row and no snapshot is later than any other, in the run file and what its journal has beyond it.
bool holds_one_step(const fs::path& run_file, const RunSummary& run) {
    std::set<std::int64_t> steps;
    for (const std::string& label : run.snapshots) steps.insert(std::stoll(label));
    for (const auto& [table, columns] : run.metrics) {
        for (const auto& [name, column] : columns) add_steps(name, column, steps);
    }
    read_journal(run_file, run.created,
                 {.rows =
                      [&](const std::string&, const RowBlock& rows) {
                          for (const auto& [name, column] : rows.columns) add_steps(name, column, steps);
                      },
                  .snapshot = [&](std::int64_t step) { steps.insert(step); },
                  .layer = [](std::int64_t, const JournalLayer&) {}});
    return steps.size() <= 1;
}

/// Of a run file without its checkpoint.
Start decide_without_checkpoint(const fs::path& run_file) {
    const RunSummary run = read_run_summary(run_file);
    if (run.status != "finished" && holds_one_step(run_file, run)) return Start::anew;
    const std::string state = run.status == "running" ? "interrupted" : run.status;  // by us, or by nobody
    throw ConfigError("--resume: " + run_file.string() + " is " + state + ", and its " +
                      checkpoint_file(run_file).filename().string() +
                      " is missing: put it back, or --force to begin again and lose this run");
}

}  // namespace

Start decide_start(const fs::path& run_file, bool resume, bool force) {
    if (force) return Start::anew;
    const bool has_run = fs::exists(run_file);
    const bool has_checkpoint = fs::exists(checkpoint_file(run_file));
    if (!has_run && has_checkpoint) {
        throw ConfigError(folder_of(run_file) + " holds the checkpoint of a run, but no " +
                          run_file.filename().string() +
                          ": put it back and --resume, --force begins again, --out takes another folder");
    }
    if (resume && !has_run) {
        throw ConfigError("--resume: there is no run in " + folder_of(run_file) + "; leave --resume out to begin one");
    }
    if (!has_run) return Start::anew;
    if (!resume) {
        throw ConfigError(folder_of(run_file) +
                          " holds a run already: --resume goes on with it, --force replaces it, " +
                          "--out takes another folder");
    }
    return has_checkpoint ? Start::resumed : decide_without_checkpoint(run_file);
}

void require_same_config(const fs::path& holder, const std::string& stored, const std::string& wanted) {
    if (stored == wanted) return;
    const std::vector<std::string> then = split(stored, '\n');
    const std::vector<std::string> now = split(wanted, '\n');
    const auto [a, b] = std::ranges::mismatch(then, now);
    throw ConfigError("--resume: " + holder.string() + " was begun with another configuration: '" +
                      (a == then.end() ? "" : *a) + "' there, '" + (b == now.end() ? "" : *b) +
                      "' now; give the same one, or --force to start again");
}

}  // namespace espalier::training
