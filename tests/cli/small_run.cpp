#include "small_run.hpp"
#include <fstream>
#include <thread>

#include <espalier/base/files/files.hpp>
#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "support.hpp"

namespace espalier::testing {
namespace {

namespace fs = std::filesystem;

const std::string python = "/usr/bin/python3";

constexpr const char* settings = R"(seed = 3
[data]
dataset = "digits"
[model]
hidden = [32, 16]
dropout = 0.1
[sparsity]
method = "set"
density = 0.3
update_every = "4it"
[optimizer]
learning_rate = 0.05
[training]
epochs = 14
batch_size = 64
evaluate_every = "5it"
checkpoint_every = "5it"
[snapshots]
every = "21it"
)";

/// The same process, with its stderr in a file.
std::vector<std::string> with_errors_in(const std::string& file, const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {"/bin/sh", "-c", "file=$1; shift; exec \"$@\" 2>\"$file\"",
                                        "sh",      file, ESPALIER_PROGRAM};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
}

}  // namespace

std::vector<std::string> small_run(const fs::path& out, const std::vector<std::string>& more) {
    const std::string config = out.string() + ".toml";
    std::ofstream(config) << settings;
    std::vector<std::string> arguments = {"run", config, "--out", out.string(), "--threads", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

StartedRun::StartedRun(const fs::path& out, const std::vector<std::string>& more)
    : out_(out), errors_file_(out.string() + ".stderr"), process_(with_errors_in(errors_file_, small_run(out, more))) {}

bool wait_until_running(const ChildProcess& process, const fs::path& run_file) {
    while (!fs::exists(run_file) || status_of(run_file) != "running") {
        if (!process.is_running()) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

bool StartedRun::wait_until_running() const {
    return testing::wait_until_running(process_, out_ / "run.h5");
}

std::string StartedRun::errors() const {
    return read_text(errors_file_);
}

void check_readable(const fs::path& run_file) {
    INFO("run file " << run_file.string());
    const training::RunSummary run = training::read_run_summary(run_file);
    for (const std::string& label : run.snapshots) CHECK(topology::read_snapshot(run_file, label).layers.size() == 3);
}

std::string status_of(const fs::path& run_file) {
    return hdf5::File::open(run_file).root().attribute_as<std::string>("status");
}

std::string h5py_reads(const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {python, std::string(ESPALIER_SOURCE_DIR) + "/tests/cli/read_run_files.py"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    ChildProcess reader(command);
    std::string said = reader.output();
    CHECK(reader.wait() == 0);
    return said;
}

bool has_h5py() {
    return fs::exists(python) && ChildProcess({python, "-c", "import h5py"}).wait() == 0;
}

}  // namespace espalier::testing
