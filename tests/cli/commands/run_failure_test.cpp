#include <algorithm>
#include <csignal>
#include <fstream>

#include <sys/stat.h>

#include <espalier/base/files/files.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;

TEST_CASE("run: one that diverges says so, and keeps what it has measured", "[cli][run]") {
    const TemporaryFolder folder;
    const auto out = folder / "run";
    const std::string error = check_fails(1, small_run(out, {"--set", "optimizer.learning_rate=1e30"}));
    CHECK_THAT(error, Contains("not a finite number") && Contains("step ") && Contains("optimizer.learning_rate"));
    CHECK(status_of(out / "run.h5") == "failed");
    check_readable(out / "run.h5");
    CHECK_FALSE(training::read_run_summary(out / "run.h5").metrics.at("eval").empty());
}

TEST_CASE("run: where no more can be written it says so, and what was published stays", "[cli][run]") {
    const TemporaryFolder folder;
    const auto out = folder / "run";
    // A limit of 512 000 bytes per file; the run's grows past it.
    std::vector<std::string> command = {"/bin/sh",
                                        "-c",
                                        "ulimit -f 1000; file=$1; shift; exec \"$@\" 2>\"$file\"",
                                        "sh",
                                        (folder / "stderr").string(),
                                        ESPALIER_PROGRAM};
    for (const std::string& word :
         small_run(out, {"--set", "model.hidden=[300,300]", "--set", "training.epochs=1000000"})) {
        command.push_back(word);
    }
    ChildProcess run(command);
    CHECK(run.output().empty());
    CHECK(run.wait() == 1);
    const std::string error = read_text(folder / "stderr");
    CHECK(std::ranges::count(error, '\n') == 1);
    CHECK_THAT(error, Contains("espalier: ") && Contains(".h5"));
    check_readable(out / "run.h5");
    for (const auto& entry : std::filesystem::directory_iterator(out)) {
        const std::string name = entry.path().filename().string();
        CHECK((name == "run.h5" || name == "run.h5.journal" || name == "checkpoint.h5"));
    }
}

TEST_CASE("run: a folder that holds a run needs --resume or --force", "[cli][run]") {
    const TemporaryFolder folder;
    const auto out = folder / "run";
    check_succeeds(small_run(out));
    CHECK_THAT(check_fails(2, small_run(out)), Contains("holds a run already") && Contains("--force"));
    CHECK_THAT(check_fails(2, small_run(out, {"--resume", "--set", "seed=4"})), Contains("another configuration"));
    CHECK(training::read_run_summary(out / "run.h5").info.seed == 3);
    check_succeeds(small_run(out, {"--force", "--set", "seed=4"}));
    CHECK(training::read_run_summary(out / "run.h5").info.seed == 4);
}

TEST_CASE("run: what cannot be resumed is refused with status 2, and stays", "[cli][run]") {
    const TemporaryFolder folder;
    const auto out = folder / "run";
    check_succeeds(small_run(out));
    const std::string before = read_text(out / "run.h5");
    std::filesystem::rename(out / "checkpoint.h5", folder / "checkpoint.h5");
    CHECK_THAT(check_fails(2, small_run(out, {"--resume"})),
               Contains("run.h5 is finished, and its checkpoint.h5 is missing") && Contains("--force"));
    CHECK_THAT(check_fails(2, small_run(out, {"--resume", "--set", "seed=4"})), Contains("checkpoint.h5 is missing"));
    CHECK((read_text(out / "run.h5") == before));
    CHECK(std::distance(std::filesystem::directory_iterator(out), {}) == 1);
    std::filesystem::remove(out / "run.h5");
    std::filesystem::rename(folder / "checkpoint.h5", out / "checkpoint.h5");
    for (const char* asked : {"--json", "--resume"}) {
        CHECK_THAT(check_fails(2, small_run(out, {asked})), Contains("holds the checkpoint of a run, but no run.h5"));
    }
    CHECK(std::distance(std::filesystem::directory_iterator(out), {}) == 1);
}

TEST_CASE("run: in a folder where another process is at work it says which, and touches nothing", "[cli][run]") {
    const TemporaryFolder folder;
    const auto out = folder / "run";
    StartedRun first(out, endless);
    REQUIRE(first.wait_until_running());
    const std::vector<std::vector<std::string>> others = {
        small_run(out), small_run(out, {"--resume"}), small_run(out, {"--force"}), small_run(out, {"--set", "seed=4"})};
    for (const std::vector<std::string>& other : others) {
        CHECK_THAT(check_fails(1, other), Contains("run.h5: another process") && Contains("is writing this run"));
    }
    first.process().signal(SIGTERM);
    CHECK(first.process().wait() == 130);
    CHECK(first.errors().empty());
    CHECK(training::read_run_summary(out / "run.h5").info.seed == 3);
}

TEST_CASE("run: a FIFO in the place of a file is refused, not waited for", "[cli][run]") {
    const TemporaryFolder folder;
    const std::string fifo = (folder / "fifo").string();
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    const std::string refusal = "it is a FIFO, not a regular file";
    CHECK_THAT(check_fails(2, {"run", fifo}), Contains(refusal));
    CHECK_THAT(check_fails(2, {"sweep", fifo}), Contains(refusal));
    const auto out = folder / "run";
    std::filesystem::create_directory(out);
    REQUIRE(::mkfifo((out / "run.h5.part").c_str(), 0600) == 0);
    CHECK_THAT(check_fails(1, small_run(out)), Contains(refusal));
    std::filesystem::rename(out / "run.h5.part", out / "run.h5");
    CHECK_THAT(check_fails(1, small_run(out, {"--resume"})), Contains(refusal));
    CHECK_THAT(check_fails(1, small_run(out, {"--force"})), Contains(refusal));
    std::filesystem::rename(fifo, fifo + ".npz");
    CHECK_THAT(check_fails(1, {"inspect", fifo + ".npz"}), Contains(refusal));
    std::filesystem::rename(fifo + ".npz", fifo + ".safetensors");
    CHECK_THAT(check_fails(1, {"inspect", fifo + ".safetensors"}), Contains(refusal));
}

TEST_CASE("run: a mistake in the settings is status 2 and touches nothing", "[cli][run]") {
    const TemporaryFolder folder;
    const auto out = folder / "run";
    check_succeeds(small_run(out));
    const std::string before = read_text(out / "run.h5");
    const auto refused = [&](const std::string& setting, const std::vector<std::string>& more = {}) {
        std::vector<std::string> arguments = small_run(out, {"--force", "--set", setting});
        arguments.insert(arguments.end(), more.begin(), more.end());
        return check_fails(2, arguments);
    };
    CHECK_THAT(refused("data.dataset=digit"), Contains("not known") && Contains("digits"));
    CHECK_THAT(refused("data.dataset=mnist", {"--set", "data.root=/nowhere"}),
               Contains("looked in: /nowhere/mnist, /nowhere") && Contains("ESPALIER_DATA"));
    CHECK_THAT(refused("sparsity.density=0"), Contains("sparsity.density = 0 must be above 0 and at most 1"));
    CHECK_THAT(refused("sparsity.density=1.5"), Contains("sparsity.density = 1.5 must be above 0 and at most 1"));
    CHECK((read_text(out / "run.h5") == before));
    CHECK(std::distance(std::filesystem::directory_iterator(out), {}) == 2);
}

TEST_CASE("run: an epsilon that leaves a layer without weights is a mistake in the settings", "[cli][run]") {
    const TemporaryFolder folder;
    const std::string file = (folder / "run.toml").string();
    std::ofstream(file) << "[data]\ndataset = 'digits'\n[sparsity]\nepsilon = 0.001\n";
    CHECK_THAT(check_fails(2, {"run", file, "--out", (folder / "run").string()}), Contains("sparsity.epsilon"));
    CHECK_FALSE(std::filesystem::exists(folder / "run/run.h5"));
}

}  // namespace espalier::cli
