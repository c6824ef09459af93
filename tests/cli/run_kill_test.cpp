#include <thread>

#include "child.hpp"
#include "small_run.hpp"
#include "support.hpp"
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

void start_and_kill(const fs::path& out, std::uint64_t microseconds) {
    StartedRun run(out, resume_where_there_is_a_run(out));
    std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
    run.process().kill();
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
    finish(folder / "whole");
    const auto whole = all_arrays(folder / "whole");
    std::vector<std::string> left_behind = {(folder / "whole/run.h5").string()};
    for (int round = 0; round < rounds; ++round) {
        const fs::path out = folder / ("round-" + std::to_string(round));
        for (int kill = 0; kill < kills_in_a_round; ++kill) {
            INFO("round " << round << ", kill " << kill);
            start_and_kill(out, stream.below(500'000) / (static_cast<std::uint64_t>(kill) + 1));
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
