#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "training/child_process.hpp"

namespace espalier::testing {

/// `espalier run` on the embedded digits, 64-32-16-10: 14 epochs of 21 steps, with so many checkpoints, snapshots and
/// topology updates that most of its time goes into its files.
/// @param out   the run's folder; the configuration is written beside it
/// @param more  further arguments
std::vector<std::string> small_run(const std::filesystem::path& out, const std::vector<std::string>& more = {});

/// Settings that make small_run() go on until it is stopped; its file stays small.
inline const std::vector<std::string> endless = {"--set", "training.epochs=1000000", "--set", "snapshots.every=0"};

/// Waits until a run file says that it is being written: by then its process catches signals. False where `process`,
/// which makes it or starts what makes it, ended before.
bool wait_until_running(const ChildProcess& process, const std::filesystem::path& run_file);

/// small_run() as a process of its own. Killed at the end of the scope.
class StartedRun {
  public:
    explicit StartedRun(const std::filesystem::path& out, const std::vector<std::string>& more = {});

    /// The same of this run.
    bool wait_until_running() const;

    ChildProcess& process() { return process_; }
    const ChildProcess& process() const { return process_; }
    /// What it has said on stderr.
    std::string errors() const;

  private:
    std::filesystem::path out_;
    std::string errors_file_;
    ChildProcess process_;
};

/// All of a run file is read by our own reader: metrics, snapshots, topologies.
void check_readable(const std::filesystem::path& run_file);

/// Attribute `status` as it stands in the file; read_run_summary() would look for a living writer.
std::string status_of(const std::filesystem::path& run_file);

/// read_run_files.py with these arguments; stdout where it ended well, else the test fails.
std::string h5py_reads(const std::vector<std::string>& arguments);
/// h5py is there for /usr/bin/python3.
bool has_h5py();

}  // namespace espalier::testing
