#include <csignal>

#include <espalier/training/run/run_summary.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;

TEST_CASE("run: h5py opens the file hundreds of times while the program trains", "[cli][run][h5py]") {
    if (!has_h5py()) return skip("h5py is not installed for /usr/bin/python3");
    const TemporaryFolder folder;
    std::vector<std::string> publishing = endless;
    publishing.insert(publishing.end(), {"--set", "training.checkpoint_every='auto'"});
    StartedRun run(folder / "run", publishing);
    REQUIRE(run.wait_until_running());
    CHECK(h5py_reads({"--while-running", (folder / "run/run.h5").string()}) == "failed opens 0\n");
    CHECK(training::read_run_summary(folder / "run/run.h5").status == "running");
    run.process().signal(SIGTERM);
    CHECK(run.process().wait() == 130);
}

TEST_CASE("run: a living run is not replaced, resumed or disturbed by another process", "[cli][run]") {
    const TemporaryFolder folder;
    const auto out = folder / "run";
    StartedRun run(out, endless);
    REQUIRE(run.wait_until_running());
    for (int attempt = 0; attempt < 3; ++attempt) {
        CHECK_THAT(check_fails(1, small_run(out, {"--force"})),
                   Contains("another process") && Contains("is writing this run"));
    }
    CHECK(run.process().is_running());
    run.process().signal(SIGTERM);
    CHECK(run.process().wait() == 130);
    CHECK(run.errors().empty());
}

}  // namespace espalier::cli
