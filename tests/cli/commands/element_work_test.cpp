#include <csignal>
#include <fstream>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <espalier/base/files/files.hpp>
#include <espalier/report/json.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "cli/small_sweep.hpp"
#include "support.hpp"
#include "training/run_requests.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> no_end = {"--set", "training.epochs=1000000", "--set", "snapshots.every=0"};

/// A sweep of two seeds, prepared; its folder.
fs::path prepared(const fs::path& folder, std::vector<std::string> more = {}) {
    more.emplace_back("--prepare");
    check_succeeds(small_sweep(folder, "seeds = [0, 1]\n", more));
    return folder / "out";
}

/// A program of this name in `folder` that says how it was called.
void make_program(const fs::path& folder, const std::string& name, const std::string& lines) {
    fs::create_directories(folder);
    std::ofstream(folder / name) << "#!/bin/sh\necho \"$0 $*\" >> " << (folder / "called").string() << "\n"
                                 << lines << "\n";
    ::chmod((folder / name).c_str(), 0755);
}

/// An element that does not end by itself, in these surroundings; what it says goes to folder/said.
int end_of_element(const fs::path& folder, int signal, const std::vector<std::string>& surroundings) {
    const fs::path out = prepared(folder, no_end);
    std::vector<std::string> words = {"/usr/bin/env"};
    words.insert(words.end(), surroundings.begin(), surroundings.end());
    words.insert(words.end(),
                 {"/bin/sh", "-c", "file=$1; shift; exec \"$@\" 2>\"$file\"", "sh", (folder / "said").string(),
                  ESPALIER_PROGRAM, "sweep", "--element", out.string(), "--requeues", "2"});
    ChildProcess element(words);
    CHECK(wait_until_running(element, out / "s1/run.h5"));
    element.signal(signal);
    const int status = element.wait();
    CHECK(status_of(out / "s1/run.h5") == "interrupted");
    return status;
}

}  // namespace

TEST_CASE("run --resume-or-start: begins, goes on, and leaves a finished run as it is", "[cli][run]") {
    const TemporaryFolder folder;
    check_succeeds(small_run(folder / "whole"));
    const fs::path out = folder / "out";
    {
        StartedRun run(out, {"--resume-or-start"});
        REQUIRE(run.wait_until_running());
        run.process().kill();
    }
    check_succeeds(small_run(out, {"--resume-or-start"}));
    CHECK((all_arrays(out) == all_arrays(folder / "whole")));
    const std::string before = read_text(out / "run.h5");
    CHECK_THAT(check_succeeds(small_run(out, {"--resume-or-start"})), Contains("finished"));
    CHECK((all_arrays(out) == all_arrays(folder / "whole")));
    CHECK_THAT(check_fails(2, small_run(out, {"--resume-or-start", "--force"})), Contains("--force"));
    CHECK_THAT(check_fails(2, small_run(out, {"--resume-or-start", "--set", "training.epochs=2"})),
               Contains("another configuration"));
}

TEST_CASE("sweep --prepare: writes what each run reads, and starts nothing", "[cli][sweep][element]") {
    const TemporaryFolder folder;
    const std::string said = check_succeeds(small_sweep(folder.path(), small_grid, {"--prepare"}));
    CHECK_THAT(said, Contains("8 runs are prepared, nothing is started") && Contains("--resume-or-start"));
    CHECK(entries_in(folder / "out") == 9);
    CHECK(entries_in(folder / "out/set-density0.2-s1") == 1);
    CHECK_THAT(read_text(folder / "out/elements.txt"), Contains("set-density0.2-s1\nstatic-density0.3-s0\n"));
    const fs::path run = folder / "out/set-density0.2-s1";
    check_succeeds({"run", (run / "run.toml").string(), "--out", run.string(), "--resume-or-start"});
    check_succeeds({"sweep", "--element", (folder / "out").string(), "--index", "0"});
    const std::vector<std::string> again = small_sweep(folder.path(), small_grid, {"--prepare", "--json"});
    const report::Json json = report::Json::parse(check_succeeds(again));
    CHECK(json["runs"][0]["step"] == "skip");
    CHECK(json["runs"][3]["step"] == "skip");
    CHECK(json["runs"][4]["step"] == "start");
    CHECK_THAT(check_fails(2, small_sweep(folder.path(), small_grid, {"--prepare", "--set", "data.validation=0"})),
               Contains("another configuration"));
    CHECK_THAT(check_fails(2, small_sweep(folder.path(), "", {"--prepare", "--retry-failed"})), Contains("--prepare"));
}

TEST_CASE("sweep --element: its runs end as those of a sweep do", "[cli][sweep][element]") {
    const TemporaryFolder folder;
    fs::create_directories(folder / "whole");
    check_succeeds(small_sweep(folder / "whole", "seeds = [0, 1]\n"));
    const fs::path out = prepared(folder.path());
    const std::string element = out.string();
    const report::Json json =
        report::Json::parse(check_succeeds({"sweep", "--element", element, "--index", "1", "--json"}));
    CHECK(json["status"] == "finished");
    REQUIRE(json["runs"].size() == 1);
    CHECK(json["runs"][0]["folder"] == (out / "s1").string());
    CHECK(json["runs"][0]["ran"] == true);
    const Outcome first = espalier({"sweep", "--element", element}, {"SLURM_ARRAY_TASK_ID=0"});
    CHECK(first.status == 0);
    for (const char* run : {"s0", "s1"}) CHECK((all_arrays(out / run) == all_arrays(folder / "whole/out" / run)));
    CHECK(report::Json::parse(
              check_succeeds({"sweep", "--element", element, "--index", "1", "--json"}))["runs"][0]["ran"] == false);
    CHECK_THAT(check_fails(2, {"sweep", "--element", element}), Contains("which one?"));
    CHECK_THAT(check_fails(2, {"sweep", "--element", element, "--index", "2"}), Contains("no element 2"));
    CHECK_THAT(check_fails(2, {"sweep", "--element", element, "--index", "0", "--out", "x"}), Contains("beside it"));
    CHECK_THAT(check_fails(2, {"sweep", "--index", "0"}), Contains("--element"));
    CHECK_THAT(check_fails(2, {"sweep"}), Contains("which one?"));
}

TEST_CASE("sweep --element: warned of its time limit it saves, and asks Slurm for another start",
          "[cli][sweep][element][signals]") {
    const TemporaryFolder folder;
    const fs::path programs = folder / "bin";
    make_program(programs, "scontrol", "");
    const std::vector<std::string> in_slurm = {"PATH=" + programs.string(), "SLURM_ARRAY_JOB_ID=41",
                                               "SLURM_ARRAY_TASK_ID=1", "SLURM_JOB_ID=43"};
    const auto in = [&](const std::string& name, int signal, std::vector<std::string> more = {}) {
        more.insert(more.begin(), in_slurm.begin(), in_slurm.end());
        fs::create_directories(folder / name);
        CHECK(end_of_element(folder / name, signal, more) == 130);
        return read_text(folder / (name + "/said"));
    };
    CHECK_THAT(in("warned", SIGUSR1), Contains("all is saved, and the element is back in Slurm's queue"));
    CHECK_THAT(read_text(programs / "called"), Contains("scontrol requeue 41_1\n"));
    fs::remove(programs / "called");
    CHECK_THAT(in("once", SIGUSR1, {"SLURM_RESTART_COUNT=1"}), Contains("back in Slurm's queue"));
    fs::remove(programs / "called");
    CHECK_THAT(in("often", SIGUSR1, {"SLURM_RESTART_COUNT=2"}), Contains("started again 2 times already"));
    CHECK(in("ended", SIGTERM).empty());
    CHECK_FALSE(fs::exists(programs / "called"));
    make_program(programs, "scontrol", "echo 'Job is not permitted to requeue' >&2; exit 1");
    CHECK_THAT(in("refused", SIGUSR1), Contains("not put back") && Contains("Job is not permitted to requeue"));
    fs::remove(programs / "scontrol");
    CHECK_THAT(in("without", SIGUSR1), Contains("there is no scontrol on this machine"));
}

TEST_CASE("sweep --element: a run that fails is told, and not begun again by the next start", "[cli][sweep][element]") {
    const TemporaryFolder folder;
    check_succeeds(small_sweep(folder.path(), one_diverges, {"--prepare"}));
    const std::vector<std::string> wild = {"sweep", "--element", (folder / "out").string(), "--index", "1"};
    const Outcome first = espalier(wild);
    CHECK(first.status == 1);
    CHECK_THAT(first.err, Contains("1 of 1 runs failed, the first wild-s3: the loss is"));
    const auto size = fs::file_size(folder / "out/wild-s3/log.txt");
    CHECK(espalier(wild).status == 1);
    CHECK(fs::file_size(folder / "out/wild-s3/log.txt") == size);
}

}  // namespace espalier::cli
