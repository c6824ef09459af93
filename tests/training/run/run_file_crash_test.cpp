#include <algorithm>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "support.hpp"
#include "training/child_process.hpp"
#include "training/folder_events.hpp"
#include "training/run_samples.hpp"

namespace espalier::training {
using namespace testing;
namespace {

const std::string writer = RUN_FILE_WRITER;
const std::string python = "/usr/bin/python3";
const std::string script = std::string(ESPALIER_SOURCE_DIR) + "/tests/training/read_run_file.py";

constexpr std::uint64_t most_changes = 400;  // of files, after the first publish and before the kill

bool has_h5py() {
    return std::filesystem::exists(python) && ChildProcess({python, "-c", "import h5py"}).wait() == 0;
}

/// The last step that the writer said was published; -1 for none.
std::int64_t last_step(const std::string& output) {
    const std::vector<std::string> lines = split(output.substr(0, output.rfind('\n')), '\n');
    return lines.back().empty() ? -1 : std::stoll(lines.back());
}

/// All of `step` and before is there and as it was written.
void check_survived(const std::filesystem::path& path, std::int64_t step) {
    const RunSummary run = read_run_summary(path);
    CHECK(run.status == "interrupted");
    REQUIRE(static_cast<std::int64_t>(run.snapshots.size()) > step);
    if (step < 0) return;
    const auto& steps = std::get<std::vector<std::int64_t>>(run.metrics.at("train").at("step"));
    CHECK(static_cast<std::int64_t>(steps.size()) > step);
    for (std::size_t k = 0; k < steps.size(); ++k) CHECK(steps[k] == static_cast<std::int64_t>(k));
    const topology::Topology last = topology::read_snapshot(path, run.snapshots.at(static_cast<std::size_t>(step)));
    CHECK(last.layers.at(0).pattern == sample_pattern(20, 30, step));
    CHECK(last.layers.at(0).values == sample_values(last.layers[0].pattern.edges(), step));
}

}  // namespace

TEST_CASE("run file: after kill -9 at any moment everything published is there, 60 of 60", "[training][crash]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    Stream stream = test_stream();
    INFO(seed_text());
    std::int64_t resume_from = -1;
    for (int kill = 0; kill < 60; ++kill) {
        std::vector<std::string> command = {writer, path.string(), "publish"};
        if (resume_from >= 0) command.push_back(std::to_string(resume_from));
        FolderEvents events(folder.path());
        ChildProcess child(command);
        const std::string first = child.first_line();
        REQUIRE_FALSE(first.empty());
        events.wait(stream.below(most_changes), child);
        child.kill();
        const std::int64_t published = last_step(first + "\n" + child.output());
        INFO("kill " << kill << ", published up to step " << published);
        check_survived(path, published);
        // Every third run starts anew, the others go on from somewhere in what they left.
        resume_from = kill % 3 == 2 ? -1 : published - static_cast<std::int64_t>(stream.below(3));
    }
}

TEST_CASE("run file: after kill -9 at any moment everything committed is found again, 40 of 40", "[training][crash]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    Stream stream = test_stream(1);
    INFO(seed_text());
    std::int64_t resume_from = -1;
    for (int kill = 0; kill < 40; ++kill) {
        std::vector<std::string> command = {writer, path.string(), "commit"};
        if (resume_from >= 0) command.push_back(std::to_string(resume_from));
        FolderEvents events(folder.path());
        ChildProcess child(command);
        const std::string first = child.first_line();
        REQUIRE_FALSE(first.empty());
        events.wait(stream.below(most_changes), child);
        child.kill();
        const std::int64_t committed = last_step(first + "\n" + child.output());
        INFO("kill " << kill << ", committed up to step " << committed);
        CHECK(read_run_summary(path).status == "interrupted");
        RunFile::resume(WriterLock(path), sample_point(committed)).publish();
        check_survived(path, committed);
        resume_from = kill % 3 == 2 ? -1 : committed;
    }
}

TEST_CASE("run file: a program whose disk is full ends with its error, not with a crash", "[training][crash]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    for (const char* blocks : {"100", "200", "333", "500"}) {
        const std::string limited = std::string("ulimit -f ") + blocks + "; exec \"$0\" \"$1\" 2>/dev/null";
        ChildProcess child({"/bin/sh", "-c", limited, writer, path.string()});
        CHECK(child.wait() == 1);
        check_survived(path, last_step(child.output()));
        CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
    }
}

TEST_CASE("run file: h5py reads it, also while it is being written", "[training][crash][h5py]") {
    if (!has_h5py()) return skip("h5py is not installed for /usr/bin/python3");
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    {
        ChildProcess child({writer, path.string()});
        REQUIRE(child.first_line() == "0");
        CHECK(read_run_summary(path).status == "running");
        ChildProcess reader({python, script, path.string(), "200"});
        CHECK(reader.wait() == 0);
        CHECK(reader.output() == "0\n");
    }
    ChildProcess reader({python, script, path.string()});
    CHECK(reader.wait() == 0);
    CHECK_THAT(reader.output(), Contains("running "));
    CHECK(read_run_summary(path).status == "interrupted");
}

}  // namespace espalier::training
