#include <csignal>

#include <nlohmann/json.hpp>

#include <espalier/training/run/run_summary.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "support.hpp"
#include "training/folder_events.hpp"
#include "training/run_requests.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// Lets a run go on by some changes of its files.
void go_on(const StartedRun& run, const std::filesystem::path& out, Stream& stream) {
    FolderEvents(out).wait(stream.below(400), run.process());
}

/// Stops an endless run; returns the steps it says it has done.
std::int64_t stop(const std::filesystem::path& out, int signal, const std::vector<std::string>& more, Stream& stream) {
    StartedRun run(out, endless + more + std::vector<std::string>{"--json"});
    REQUIRE(run.wait_until_running());
    go_on(run, out, stream);
    run.process().signal(signal);
    CHECK(run.process().wait() == 130);
    CHECK(run.errors().empty());
    const nlohmann::json result = nlohmann::json::parse(run.process().output());  // one document and nothing else
    CHECK(result.at("status") == "interrupted");
    return result.at("steps");
}

/// The file holds all up to that step: evaluations are due every 5.
void check_saved(const std::filesystem::path& out, std::int64_t steps) {
    CHECK(status_of(out / "run.h5") == "interrupted");
    const training::RunSummary run = training::read_run_summary(out / "run.h5");
    CHECK(std::get<std::vector<std::int64_t>>(run.metrics.at("eval").at("step")).back() == steps / 5 * 5);
    CHECK(std::distance(std::filesystem::directory_iterator(out), {}) == 2);
}

}  // namespace

TEST_CASE("run: after a signal that asks for an end the status is 130 and everything is saved", "[cli][run][signals]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGHUP}) {
        const TemporaryFolder folder;
        const auto out = folder / "run";
        const std::int64_t first = stop(out, signal, {}, stream);
        check_saved(out, first);
        const std::int64_t second = stop(out, signal, {"--resume"}, stream);
        CHECK(second >= first);
        check_saved(out, second);
    }
}

TEST_CASE("run: under nohup a hang-up changes nothing", "[cli][run][signals]") {
    const TemporaryFolder folder;
    const auto out = folder / "run";
    std::vector<std::string> words = {"/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "sh", ESPALIER_PROGRAM};
    for (const std::string& word : small_run(out, endless + std::vector<std::string>{"--json"})) words.push_back(word);
    ChildProcess run(words);
    wait_until_running(run, out / "run.h5");
    run.signal(SIGHUP);
    run.signal(SIGINT);
    CHECK(run.wait() == 130);
    CHECK(nlohmann::json::parse(run.output()).at("status") == "interrupted");
}

TEST_CASE("run: stopped by signals and resumed, it ends like a run that was left alone", "[cli][run][signals]") {
    const TemporaryFolder folder;
    Stream stream = test_stream(1);
    INFO(seed_text());
    check_succeeds(small_run(folder / "whole"));
    for (int round = 0; round < 4; ++round) {
        const auto out = folder / ("round-" + std::to_string(round));
        for (const char* more : {"--force", "--resume"}) {
            StartedRun run(out, {more});
            if (run.wait_until_running()) {
                go_on(run, out, stream);
                run.process().signal(round % 2 == 0 ? SIGINT : SIGTERM);
            }
            const int status = run.process().wait();
            CHECK((status == 130 || status == 0));  // 0: it was done before the signal came
        }
        check_succeeds(small_run(out, {"--resume"}));
        CHECK(status_of(out / "run.h5") == "finished");
        CHECK((all_arrays(out) == all_arrays(folder / "whole")));
    }
}

}  // namespace espalier::cli
