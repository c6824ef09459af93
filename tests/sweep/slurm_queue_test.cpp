#include <cstdlib>
#include <fstream>

#include <sys/stat.h>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/sweep/slurm_queue.hpp>

#include "support.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

namespace fs = std::filesystem;

/// A PATH of its own for the time of a scope, with programs that stand for Slurm's.
class StubPrograms {
  public:
    explicit StubPrograms(const fs::path& folder) : folder_(folder), before_(std::getenv("PATH")) {
        ::setenv("PATH", folder.c_str(), 1);
    }
    StubPrograms(const StubPrograms&) = delete;
    StubPrograms& operator=(const StubPrograms&) = delete;
    ~StubPrograms() { ::setenv("PATH", before_.c_str(), 1); }

    void make(const std::string& name, const std::string& lines) const {
        std::ofstream(folder_ / name) << "#!/bin/sh\nPATH=/usr/bin:/bin\necho \"" << name << " $*\" >> '"
                                      << (folder_ / "called").string() << "'\n"
                                      << lines << "\n";
        ::chmod((folder_ / name).c_str(), 0755);
    }
    std::string last_call() const {
        const std::string all = read_text(folder_ / "called");
        const std::size_t before = all.rfind('\n', all.size() - 2);
        return all.substr(before == std::string::npos ? 0 : before + 1);
    }

  private:
    fs::path folder_;
    std::string before_;
};

}  // namespace

TEST_CASE("slurm queue: elements as squeue lists them", "[sweep][slurm]") {
    const std::vector<QueuedElement> queue = parse_queue(
        "41|0|RUNNING|None|n1|a|b\n41|1|PENDING|Priority||a|b\n43|N/"
        "A|COMPLETING|None|n2|other\n41|2|FAILED|NonZeroExitCode"
        "|n2|a|b\n");
    REQUIRE(queue.size() == 4);
    CHECK(queue[0].job == "41");
    CHECK(*queue[0].index == 0);
    CHECK(queue[0].is_running());
    CHECK(queue[0].name == "a|b");
    CHECK(queue[1].reason == "Priority");
    CHECK(queue[1].is_live());
    CHECK_FALSE(queue[2].index);
    CHECK(queue[2].is_live());
    CHECK_FALSE(queue[3].is_live());
    for (const char* state : {"CANCELLED", "COMPLETED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED"}) {
        CHECK_FALSE(parse_queue("1|1|" + std::string(state) + "|||x\n")[0].is_live());
    }
    for (const char* state : {"PENDING", "CONFIGURING", "SUSPENDED", "REQUEUE_HOLD", "A_NEW_ONE"}) {
        CHECK(parse_queue("1|1|" + std::string(state) + "|||x\n")[0].is_live());
    }
    CHECK(parse_queue("").empty());
    CHECK_THROWS_AS(parse_queue("slurm is being updated\n"), FormatError);
}

TEST_CASE("slurm queue: the answers of Slurm's commands", "[sweep][slurm]") {
    const TemporaryFolder folder;
    const StubPrograms programs(folder.path());
    CHECK_FALSE(has_squeue());
    CHECK(ask_queue({}).empty());  // nobody is asked
    CHECK_THROWS_WITH(submit_script("job.sh", {}), Contains("there is no sbatch on this machine"));
    programs.make("squeue", "echo '41|0|RUNNING|None|n1|x'");
    CHECK(ask_queue({"41", "42"}).size() == 1);
    CHECK(programs.last_call() == "squeue -h -r -t all -j 41,42 -o %F|%K|%T|%r|%N|%j\n");
    programs.make("squeue", "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1");
    CHECK(ask_queue({"41"}).empty());
    programs.make("squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1");
    CHECK_THROWS_WITH(ask_queue({"41"}), Contains("squeue: slurm_load_jobs error: Unable to contact"));

    programs.make("sbatch", "echo '77;cluster'");
    CHECK(submit_script("a b/job.sh", {"41", "42"}) == "77");
    CHECK(programs.last_call() == "sbatch --parsable --dependency=afterany:41:42 a b/job.sh\n");
    CHECK(submit_script("job.sh", {}) == "77");
    CHECK(programs.last_call() == "sbatch --parsable job.sh\n");
    programs.make("sbatch", "echo 'sbatch: error: invalid partition specified: x' >&2; exit 1");
    CHECK_THROWS_WITH(submit_script("job.sh", {}),
                      Contains("sbatch refuses job.sh: sbatch: error: invalid partition specified: x"));
    programs.make("sbatch", "echo 'Submitted'");
    CHECK_THROWS_WITH(submit_script("job.sh", {}), Contains("does not tell the job's number: 'Submitted'"));
    programs.make("sbatch", "");
    CHECK_THROWS_WITH(submit_script("job.sh", {}), Contains("does not tell"));

    CHECK(largest_array() == 1001);  // where there is no scontrol
    programs.make("scontrol", "echo 'Configuration data as of today'; echo 'MaxArraySize            = 4001'");
    CHECK(largest_array() == 4001);
    programs.make("scontrol", "exit 1");
    CHECK_THROWS_AS(largest_array(), IoError);
    cancel_jobs({});
    programs.make("scancel", "");
    cancel_jobs({"41", "42"});
    CHECK(programs.last_call() == "scancel 41 42\n");
}

}  // namespace espalier::sweep
