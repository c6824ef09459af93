#include <fstream>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <espalier/base/files/files.hpp>
#include <espalier/report/json.hpp>

#include "cli/child.hpp"
#include "cli/small_lottery.hpp"
#include "cli/small_sweep.hpp"
#include "support.hpp"
#include "training/child_process.hpp"

/// Against programs that stand for Slurm's; slurm_in_earnest.py has the real ones.
namespace espalier::cli {
using namespace testing;
namespace {

namespace fs = std::filesystem;

/// Programs in folder/bin that are all the PATH has of Slurm's, each noting its calls in folder/called.
class Stubs {
  public:
    explicit Stubs(const fs::path& folder) : folder_(folder) {
        fs::create_directories(folder / "bin");
        make("sbatch", "n=$(cat '" + counter() + "' 2>/dev/null || echo 40); n=$((n + 1)); echo $n > '" + counter() +
                           "'; echo $n");
        make("squeue", "");
        make("scancel", "");
        make("scontrol", "echo 'MaxArraySize = 1001'");
    }

    void make(const std::string& name, const std::string& lines) const {
        const fs::path file = folder_ / "bin" / name;
        std::ofstream(file) << "#!/bin/sh\nPATH=/usr/bin:/bin\necho \"" << name << " $*\" >> '"
                            << (folder_ / "called").string() << "'\n"
                            << lines << "\n";
        ::chmod(file.c_str(), 0755);
    }
    void remove(const std::string& name) const { fs::remove(folder_ / "bin" / name); }

    Outcome call(const std::vector<std::string>& words) const {
        return espalier(words, {"PATH=" + (folder_ / "bin").string()});
    }
    /// Checks that the command fails with this status and one line, which it returns.
    std::string fails(int status, const std::vector<std::string>& words) const {
        const Outcome outcome = call(words);
        INFO(outcome.out << outcome.err);
        CHECK(outcome.status == status);
        CHECK(std::ranges::count(outcome.err, '\n') == 1);
        return outcome.err;
    }
    std::string succeeds(const std::vector<std::string>& words) const {
        const Outcome outcome = call(words);
        INFO(outcome.err);
        CHECK(outcome.status == 0);
        return outcome.out;
    }
    /// How often a program was called so far.
    std::size_t calls(const std::string& name) const {
        std::size_t count = 0;
        std::ifstream lines(folder_ / "called");
        for (std::string line; std::getline(lines, line);) count += line.starts_with(name + " ") ? 1 : 0;
        return count;
    }

  private:
    std::string counter() const { return (folder_ / "number").string(); }
    fs::path folder_;
};

const std::string in_slurm = "[slurm]\ntime = \"1h\"\npartition = \"cpu\"\nruns_per_job = 3\n";

std::vector<std::string> slurm_sweep(const fs::path& folder, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--launcher", "slurm"});
    return small_sweep(folder, small_grid + in_slurm, more);
}

fs::path only_submission(const fs::path& folder) {
    const fs::path all = folder / "out/slurm";
    REQUIRE(entries_in(all) == 1);
    return fs::directory_iterator(all)->path();
}

}  // namespace

TEST_CASE("sweep in slurm: submits what is missing, says the job, and returns", "[cli][sweep][slurm]") {
    const TemporaryFolder folder;
    const Stubs slurm(folder.path());
    const std::string script = slurm.succeeds(slurm_sweep(folder.path(), {"--dry-run"}));
    CHECK_THAT(script, Contains("#SBATCH --array=0-2\n") && Contains("#SBATCH --partition=\"cpu\"\n") &&
                           Contains("# 8 runs in 3 elements\n"));
    CHECK_FALSE(fs::exists(folder / "out"));
    CHECK(slurm.calls("sbatch") == 0);
    CHECK_THAT(slurm.succeeds(slurm_sweep(folder.path())), Contains("job 41: 8 runs in 3 elements"));
    const fs::path submission = only_submission(folder.path());
    CHECK(read_text(submission / "jobs.txt") == "41\tsmall\n");
    CHECK_THAT(read_text(submission / "job.sh"),
               Contains("exec " ESPALIER_PROGRAM " sweep --element " + submission.string() + " --jobs 1 --threads 1"));
    CHECK_THAT(read_text(submission / "elements.txt"),
               Contains("../../set-density0.3-s0\t../../set-density0.2-s0\t../../static-density0.3-s0\n"));
    CHECK(fs::exists(folder / "out/static-density0.2-s1/run.toml"));
    CHECK(slurm.calls("squeue") == 0);  // nothing was submitted before

    slurm.make("squeue", "for k in 0 1 2; do echo \"41|$k|PENDING|Priority||small\"; done");
    CHECK_THAT(slurm.succeeds(slurm_sweep(folder.path())), Contains("nothing to submit"));
    CHECK_THAT(slurm.fails(2, slurm_sweep(folder.path(), {"--set", "training.epochs=3"})),
               Contains("is in Slurm's queue (job 41) with another configuration: training.epochs = 14 there, 3 now"));
    slurm.make("squeue", "echo '41|0|PENDING|Priority||small'; echo '41|1|FAILED|NonZeroExitCode|n1|small'");
    CHECK_THAT(slurm.succeeds(slurm_sweep(folder.path())), Contains("job 42: 5 runs in 2 elements"));
    CHECK(slurm.calls("sbatch") == 2);
}

TEST_CASE("sweep in slurm: an element works off what it was given", "[cli][sweep][slurm]") {
    const TemporaryFolder folder;
    const Stubs slurm(folder.path());
    slurm.succeeds(slurm_sweep(folder.path()));
    const std::string submission = only_submission(folder.path()).string();
    for (const char* index : {"0", "1", "2"}) slurm.succeeds({"sweep", "--element", submission, "--index", index});
    CHECK_THAT(slurm.succeeds(slurm_sweep(folder.path())), Contains("nothing to submit"));
    const report::Json json = report::Json::parse(check_succeeds(small_sweep(folder.path(), small_grid, {"--json"})));
    CHECK(json["status"] == "finished");
    // A run that is to be replaced is, once: it is the element that does it.
    slurm.succeeds(slurm_sweep(folder.path(), {"--set", "training.epochs=2", "--force-changed"}));
    CHECK(entries_in(folder / "out/slurm") == 2);
    for (const fs::directory_entry& entry : fs::directory_iterator(folder / "out/slurm")) {
        if (entry.path() == submission) continue;
        for (const char* index : {"0", "1", "2"}) {
            slurm.succeeds({"sweep", "--element", entry.path().string(), "--index", index});
        }
        const auto again = report::Json::parse(
            slurm.succeeds({"sweep", "--element", entry.path().string(), "--index", "0", "--json"}));
        CHECK(again["runs"][0]["ran"] == false);
    }
    CHECK_THAT(slurm.succeeds(slurm_sweep(folder.path(), {"--set", "training.epochs=2"})),
               Contains("nothing to submit"));
}

TEST_CASE("sweep in slurm: what Slurm refuses is told in its words", "[cli][sweep][slurm]") {
    const TemporaryFolder folder;
    const Stubs slurm(folder.path());
    slurm.make("sbatch", "echo 'sbatch: error: invalid partition specified: cpu' >&2; exit 1");
    CHECK_THAT(slurm.fails(1, slurm_sweep(folder.path())),
               Contains("sbatch refuses") && Contains("invalid partition specified: cpu"));
    slurm.make("sbatch",
               "echo 'sbatch: error: Batch job submission failed: Invalid job array specification' >&2; exit 1");
    CHECK_THAT(slurm.fails(1, slurm_sweep(folder.path())), Contains("Invalid job array specification"));
    CHECK(slurm.calls("squeue") == 0);
    slurm.remove("sbatch");
    CHECK_THAT(slurm.fails(2, slurm_sweep(folder.path())), Contains("there is no sbatch on this machine"));
    CHECK_THAT(slurm.fails(2, slurm_sweep(folder.path(), {"--jobs", "2"})), Contains("--launcher local"));
    CHECK_THAT(slurm.fails(2, slurm_sweep(folder.path(), {"--prepare"})), Contains("--prepare"));
    CHECK_THAT(slurm.fails(2, slurm_sweep(folder.path(), {"--dry-run", "--wait"})), Contains("--dry-run"));
    CHECK_THAT(slurm.fails(2, small_sweep(folder.path(), small_grid, {"--cancel", "--dry-run"})),
               Contains("--dry-run"));
    CHECK_THAT(slurm.fails(2, small_sweep(folder.path(), small_grid, {"--watch", "--retry-failed"})),
               Contains("are for a submission"));
    CHECK_THAT(slurm.fails(2, small_sweep(folder.path(), small_grid, {"--prepare", "--jobs", "2"})),
               Contains("--prepare starts nothing"));
    CHECK_THAT(slurm.fails(2, small_sweep(folder.path(), small_grid, {"--wait"})), Contains("--wait is for"));
    CHECK_THAT(slurm.fails(2, small_sweep(folder.path(), "[slurm]\npartitions = \"x\"\n")),
               Contains("sweep.toml:4: partitions is not a key of [slurm]. Did you mean 'partition'?"));
}

TEST_CASE("sweep in slurm: a queue that hangs is given up, and nothing is submitted", "[cli][sweep][slurm]") {
    const TemporaryFolder folder;
    const Stubs slurm(folder.path());
    slurm.succeeds(slurm_sweep(folder.path()));
    slurm.make("squeue", "sleep 600");
    CHECK_THAT(slurm.fails(1, slurm_sweep(folder.path())),
               Contains("squeue: does not answer within 20 s") && Contains("nothing is done"));
    CHECK(slurm.calls("sbatch") == 1);
}

TEST_CASE("sweep in slurm: arrays are no larger than the cluster's, and keep at_once together", "[cli][sweep][slurm]") {
    const TemporaryFolder folder;
    const Stubs slurm(folder.path());
    slurm.make("scontrol", "echo 'MaxArraySize            = 3'");
    const std::string lines = small_grid + "[slurm]\nat_once = 2\n";
    const report::Json json =
        report::Json::parse(slurm.succeeds(small_sweep(folder.path(), lines, {"--launcher", "slurm", "--json"})));
    REQUIRE(json["arrays"].size() == 3);
    CHECK(json["arrays"][2]["elements"] == 2);
    CHECK_THAT(json["arrays"][2]["script"].get<std::string>(), Contains("--array=0-1%2\n"));
    const std::string called = read_text(folder / "called");
    CHECK_THAT(called, Contains("sbatch --parsable /") && Contains("--dependency=afterany:41 ") &&
                           Contains("--dependency=afterany:41:42 "));
    // Those of an earlier call count, too.
    slurm.make("squeue", "echo '43|0|RUNNING|None|n1|small'");
    slurm.succeeds(small_sweep(folder.path(), lines, {"--launcher", "slurm"}));
    CHECK_THAT(read_text(folder / "called"), Contains("--dependency=afterany:43 "));
}

TEST_CASE("sweep in slurm: where each run stands, and taking it back", "[cli][sweep][slurm]") {
    const TemporaryFolder folder;
    const Stubs slurm(folder.path());
    const std::vector<std::string> watch = small_sweep(folder.path(), small_grid + in_slurm, {"--watch"});
    const std::vector<std::string> cancel = small_sweep(folder.path(), small_grid + in_slurm, {"--cancel"});
    CHECK_THAT(slurm.succeeds(cancel), Contains("nothing of"));
    CHECK_THAT(slurm.fails(1, watch), Contains("8 of 8 runs are not finished and not in Slurm's queue"));
    slurm.succeeds(slurm_sweep(folder.path()));
    const std::string submission = only_submission(folder.path()).string();
    slurm.succeeds({"sweep", "--element", submission, "--index", "0"});
    slurm.make("squeue", "if [ -e '" + (folder / "asked").string() + "' ]; then exit 0; fi; touch '" +
                             (folder / "asked").string() +
                             "'; echo '41|1|PENDING|Priority||small'; echo '41|2|RUNNING|None|n7|small'");
    const Outcome watched = slurm.call(watch);
    CHECK(watched.status == 1);
    CHECK_THAT(watched.out,
               Contains("set-density0.3-s0     finished  ") && Contains("static-density0.2-s0  queued (Priority)") &&
                   Contains("static-density0.2-s1  queued (in a job that runs on n7)") &&
                   Contains("3 finished, 0 running, 5 queued") && Contains("static-density0.2-s1  not started"));
    slurm.make("squeue", "echo '41|1|PENDING|Priority||small'");
    CHECK_THAT(slurm.succeeds(cancel), Contains("taken out of Slurm's queue: 41;"));
    CHECK_THAT(read_text(folder / "called"), Contains("scancel 41\n"));
    CHECK_THAT(slurm.fails(2, small_sweep(folder.path(), small_grid, {"--cancel", "--watch"})), Contains("--cancel"));
}

TEST_CASE("lottery in slurm: a chain is an element, with a copy of what was asked for", "[cli][tickets][slurm]") {
    const TemporaryFolder folder;
    const Stubs slurm(folder.path());
    const std::string lines = two_levels + "[slurm]\ntime = \"1h\"\n";
    const auto command = [&](std::vector<std::string> more) { return small_lottery(folder.path(), lines, more); };
    CHECK_THAT(slurm.succeeds(command({"--launcher", "slurm"})), Contains("job 41: 10 runs in 2 elements"));
    const std::string submission = only_submission(folder.path()).string();
    slurm.make("squeue", "echo '41|0|PENDING|Priority||small'; echo '41|1|PENDING|Priority||small'");
    CHECK_THAT(slurm.succeeds(command({"--launcher", "slurm"})), Contains("nothing to submit"));
    CHECK_THAT(slurm.fails(2, command({"--launcher", "slurm", "--set", "training.epochs=7"})),
               Contains("with another lottery file, base or --set"));
    CHECK_THAT(slurm.fails(2, small_lottery(folder.path(), two_levels + "[slurm]\nruns_per_job = 2\n",
                                            {"--launcher", "slurm"})),
               Contains("runs_per_job is for sweeps"));
    // What the files say later does not reach what was submitted.
    std::ofstream(folder / "lottery.toml") << "name = \"other\"\n";
    std::ofstream(folder / "base.toml") << "";
    for (const char* index : {"0", "1"}) slurm.succeeds({"tickets", "find", "--element", submission, "--index", index});
    const report::Json json = report::Json::parse(check_succeeds(command({"--json", "--dry-run"})));
    for (const report::Json& run : json["runs"]) CHECK(run["step"] == "skip");
    CHECK(json["runs"].size() == 10);
    CHECK_THAT(slurm.fails(2, {"tickets", "find", "--element", (folder / "out").string(), "--index", "0"}),
               Contains("elements.txt"));
    CHECK_THAT(slurm.fails(2, {"tickets", "find"}), Contains("which lottery?"));
}

}  // namespace espalier::cli
