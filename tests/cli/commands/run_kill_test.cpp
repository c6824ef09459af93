#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "support.hpp"
#include "training/folder_events.hpp"
#include "training/run_requests.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

namespace fs = std::filesystem;

constexpr int rounds = 20;
constexpr int kills_in_a_round = 3;

std::vector<std::string> resume_where_there_is_a_run(const fs::path& out) {
    return fs::exists(out / "run.h5") ? std::vector<std::string>{"--resume"} : std::vector<std::string>{};
}

/// Killed after so many changes of files.
void start_and_kill(const fs::path& out, std::uint64_t changes) {
    FolderEvents events(out.parent_path());
    StartedRun run(out, resume_where_there_is_a_run(out));
    events.wait(changes, run.process());
    run.process().kill();
}

/// A run that is left alone: how many changes of files it makes.
std::uint64_t count_changes(const fs::path& out) {
    FolderEvents events(out.parent_path());
    StartedRun run(out);
    const std::uint64_t changes = events.count_all(run.process());
    CHECK(run.process().wait() == 0);
    return changes;
}

/// Goes on to the end; nothing lies in the folder then that an uninterrupted run would not leave.
void finish(const fs::path& out) {
    check_succeeds(small_run(out, resume_where_there_is_a_run(out)));
    CHECK(status_of(out / "run.h5") == "finished");
    CHECK(std::distance(fs::directory_iterator(out), {}) == 2);
}

}  // namespace

TEST_CASE("run: killed 60 times, its file is always readable and 20 of 20 resumed runs end bit-identical",
          "[cli][run][crash]") {
    const TemporaryFolder folder;
    Stream stream = test_stream();
    INFO(seed_text());
    fs::create_directory(folder / "whole");
    const fs::path alone = folder / "whole/run";
    const std::uint64_t changes = count_changes(alone);
    CHECK(changes > 500);
    const auto whole = all_arrays(alone);
    std::vector<std::string> left_behind = {(alone / "run.h5").string()};
    for (int round = 0; round < rounds; ++round) {
        fs::create_directory(folder / ("round-" + std::to_string(round)));
        const fs::path out = folder / ("round-" + std::to_string(round) + "/run");
        for (int kill = 0; kill < kills_in_a_round; ++kill) {
            INFO("round " << round << ", kill " << kill);
            start_and_kill(out, stream.below(changes) / (static_cast<std::uint64_t>(kill) + 1));
            if (!fs::exists(out / "run.h5")) continue;  // it had hardly begun
            check_readable(out / "run.h5");
            left_behind.push_back(out.string() + "-" + std::to_string(kill) + ".h5");
            fs::copy_file(out / "run.h5", left_behind.back());
        }
        INFO("round " << round);
        finish(out);
        CHECK((all_arrays(out) == whole));
    }
    if (!has_h5py()) return skip("h5py is not installed for /usr/bin/python3");
    CHECK_THAT(h5py_reads(left_behind), Contains(std::to_string(left_behind.size()) + " files, "));
}

}  // namespace espalier::cli
