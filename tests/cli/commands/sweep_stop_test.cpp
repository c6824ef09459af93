#include <csignal>
#include <set>

#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "cli/small_sweep.hpp"
#include "support.hpp"
#include "training/folder_events.hpp"
#include "training/run_requests.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> folders = {"set-density0.3-s0",    "set-density0.3-s1",    "set-density0.2-s0",
                                          "set-density0.2-s1",    "static-density0.3-s0", "static-density0.3-s1",
                                          "static-density0.2-s0", "static-density0.2-s1"};

const std::string one_endless = R"([[variants]]
name = "endless"
training.epochs = 1000000
snapshots.every = 0
[[variants]]
name = "short"
)";

std::vector<std::string> command(const fs::path& folder, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = small_sweep(folder, small_grid, more);
    words.insert(words.begin(), ESPALIER_PROGRAM);
    return words;
}

std::map<std::string, std::vector<char>> arrays_of_all(const fs::path& out) {
    std::map<std::string, std::vector<char>> all;
    for (const std::string& run : folders) {
        for (auto& [name, bytes] : all_arrays(out / run)) all[run + "/" + name] = std::move(bytes);
    }
    return all;
}

/// Every run's folder holds what an uninterrupted run would leave there.
void check_tidy(const fs::path& out) {
    CHECK(std::distance(fs::directory_iterator(out), {}) == 8);
    for (const std::string& run : folders) {
        INFO(run);
        std::set<std::string> names;
        for (const fs::directory_entry& entry : fs::directory_iterator(out / run)) {
            names.insert(entry.path().filename().string());
        }
        CHECK(names == std::set<std::string>{"checkpoint.h5", "log.txt", "run.h5", "run.toml"});
    }
}

}  // namespace

TEST_CASE("sweep: killed in the middle, the next one goes on, and all runs end bit-identical", "[cli][sweep][crash]") {
    const TemporaryFolder folder;
    Stream stream = test_stream();
    INFO(seed_text());
    const Orphans orphans;
    fs::create_directories(folder / "whole");
    FolderEvents all(folder / "whole");
    ChildProcess alone(command(folder / "whole"));
    const std::uint64_t changes = all.count_all(alone);
    CHECK(alone.wait() == 0);
    const auto whole = arrays_of_all(folder / "whole/out");
    for (int round = 0; round < 3; ++round) {
        INFO("round " << round);
        const fs::path here = folder / ("round-" + std::to_string(round));
        fs::create_directories(here);
        for (int kill = 0; kill < 2; ++kill) {
            FolderEvents events(here);
            ChildProcess sweep(command(here));
            events.wait(stream.below(changes), sweep);
            sweep.kill();
            orphans.wait();
        }
        const report::Json result = report::Json::parse(check_succeeds(small_sweep(here, small_grid, {"--json"})));
        CHECK(result["status"] == "finished");
        CHECK((arrays_of_all(here / "out") == whole));
        check_tidy(here / "out");
    }
}

TEST_CASE("sweep: after SIGINT or SIGTERM all is saved, the status is 130, and the next one goes on",
          "[cli][sweep][signals]") {
    const TemporaryFolder folder;
    Stream stream = test_stream(1);
    INFO(seed_text());
    for (const int signal : {SIGINT, SIGTERM}) {
        const fs::path here = folder / std::to_string(signal);
        fs::create_directories(here);
        std::vector<std::string> more = {"--json", "--jobs", "2"};  // of eight runs, on any machine
        more.insert(more.end(), endless.begin(), endless.end());
        ChildProcess sweep(command(here, more));
        const fs::path first = here / "out/set-density0.3-s0/run.h5";
        CHECK(wait_until_running(sweep, first));
        FolderEvents(here).wait(stream.below(200), sweep);
        sweep.signal(signal);
        CHECK(sweep.wait() == 130);
        const report::Json result = report::Json::parse(sweep.output());
        CHECK(result["status"] == "interrupted");
        CHECK(result["runs"][0]["status"] == "interrupted");
        CHECK(result["runs"][7]["status"] == "queued");
        CHECK(status_of(first) == "interrupted");
        CHECK(training::read_run_summary(first).status == "interrupted");
    }
}

TEST_CASE("sweep: a run that somebody else stops is told, and goes on with the next sweep", "[cli][sweep][signals]") {
    const TemporaryFolder folder;
    std::vector<std::string> words = {"/bin/sh", "-c", "exec \"$@\" 2>/dev/null", "sh", ESPALIER_PROGRAM};
    for (const std::string& word : small_sweep(folder.path(), one_endless, {"--json"})) words.push_back(word);
    ChildProcess sweep(words);
    CHECK(wait_until_running(sweep, folder / "out/endless-s3/run.h5"));
    const std::vector<pid_t> runs = sweep.children();
    REQUIRE_FALSE(runs.empty());
    ::kill(runs.front(), SIGTERM);
    CHECK(sweep.wait() == 1);
    const report::Json result = report::Json::parse(sweep.output());
    CHECK(result["status"] == "interrupted");
    CHECK(result["runs"][0]["status"] == "interrupted");
    CHECK(result["runs"][1]["status"] == "finished");
    const report::Json next =
        report::Json::parse(check_succeeds(small_sweep(folder.path(), one_endless, {"--json", "--dry-run"})));
    CHECK(next["runs"][0]["step"] == "resume");
    CHECK(next["runs"][1]["step"] == "skip");
}

TEST_CASE("sweep: a run that is killed is listed with its signal, the others end", "[cli][sweep][crash]") {
    const TemporaryFolder folder;
    const fs::path first = folder / "out/endless-s3/run.h5";
    std::vector<std::string> words = {"/bin/sh", "-c", "exec \"$@\" 2>/dev/null", "sh", ESPALIER_PROGRAM};
    for (const std::string& word : small_sweep(folder.path(), one_endless, {"--json"})) words.push_back(word);
    ChildProcess sweep(words);
    CHECK(wait_until_running(sweep, first));
    const std::vector<pid_t> runs = sweep.children();
    REQUIRE_FALSE(runs.empty());
    ::kill(runs.front(), SIGKILL);
    CHECK(sweep.wait() == 1);
    const report::Json result = report::Json::parse(sweep.output());
    CHECK(result["runs"][0]["status"] == "failed");
    CHECK(result["runs"][0]["reason"] == "ended by signal 9 (Killed)");
    CHECK(result["runs"][1]["status"] == "finished");
    const report::Json next =
        report::Json::parse(check_succeeds(small_sweep(folder.path(), "[[variants]]\nname = \"short\"\n", {"--json"})));
    CHECK(next["status"] == "finished");
    CHECK(training::read_run_summary(first).status == "interrupted");  // and would go on from its checkpoint
}

}  // namespace espalier::cli
