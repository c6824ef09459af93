#include <espalier/base/text/error.hpp>
#include <espalier/sweep/slurm_settings.hpp>
#include <espalier/sweep/sweep_file.hpp>

#include "generated.hpp"
#include "support.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

SlurmSettings settings_of(const std::string& lines) {
    return parse_slurm_settings("[slurm]\n" + lines, "sweep.toml");
}

std::string refusal_of_slurm(const std::string& lines) {
    try {
        settings_of(lines);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("slurm settings: what is given, and the defaults", "[sweep][slurm]") {
    const SlurmSettings none = parse_slurm_settings("name = \"x\"\n", "sweep.toml");
    CHECK(none.cpus == 1);
    CHECK_FALSE(none.time_seconds());
    CHECK(none.warning_seconds() == 90);
    const SlurmSettings all = settings_of(R"(time = "1d 2h30m"
memory = "4G"
cpus = 8
threads = 2
at_once = 20
runs_per_job = 8
signal_before = "2m"
requeues = 0
partition = "cpu,long"
account = "us"
qos = "low"
constraint = "[rack1|rack2]"
setup = ["module load gcc", "echo 'x'"]
options = ["--exclusive", "--gres=gpu:0", "--exclude n3"]
)");
    CHECK(*all.time_seconds() == 86400 + 2 * 3600 + 30 * 60);
    CHECK(all.warning_seconds() == 120);
    CHECK(all.side_by_side() == 4);
    CHECK(all.runs_per_job == "8");
    CHECK(all.requeues == 0);
    CHECK(all.setup.size() == 2);
    CHECK(all.places.at("qos") == "sweep.toml:12");
    const SweepFile file = parse_sweep_file("name = \"x\"\nbase = \"b.toml\"\n[slurm]\ncpus = 3\n", "sweep.toml");
    CHECK(file.slurm.cpus == 3);
}

TEST_CASE("slurm settings: mistakes are refused with their place", "[sweep][slurm]") {
    const auto is_refused = [](const std::string& lines, const std::string& with) {
        INFO(lines);
        CHECK_THAT(refusal_of_slurm(lines), Contains(with));
    };
    is_refused("cpu = 3\n", "sweep.toml:2: cpu is not a key of [slurm]. Did you mean 'cpus'?");
    is_refused("cpus = \"3\"\n", "sweep.toml:2: cpus");
    is_refused("cpus = 0\n", "must be at least 1");
    is_refused("cpus = 2\nthreads = 4\n", "sweep.toml:3: threads = 4: a run may not have more threads");
    for (const char* time : {"\"2\"", "\"2 weeks\"", "\"0s\"", "\"-1h\"", "\"1.5h\"", "\"h\"", "\"1h \"", "\"\"",
                             "\"99999999999999999999h\"", "2"}) {
        is_refused("time = " + std::string(time) + "\n", "sweep.toml:2: time");
    }
    is_refused("time = \"90s\"\n", "leaves no time to run");
    is_refused("time = \"1h\"\nsignal_before = \"2h\"\n", "sweep.toml:3: signal_before leaves no time");
    for (const char* memory : {"4", "4GB", "G", "0G", "-1G", "4g"}) {
        is_refused("memory = \"" + std::string(memory) + "\"\n", "whole number with K, M, G or T");
    }
    for (const char* count : {"0", "1.5", "\"all\"", "\"8\"", "-3"}) {
        is_refused("runs_per_job = " + std::string(count) + "\n", "runs_per_job = ");
    }
    is_refused("partition = \"a b\"\n", "without spaces");
    is_refused("partition = \"a\\nb\"\n", "without spaces");
    is_refused("setup = [\"a\\nb\"]\n", "lines of a shell script");
    is_refused("options = [\"exclusive\"]\n", "must be options of sbatch");
    is_refused("options = [\"--exclusive\\n--x\"]\n", "must be options of sbatch");
    is_refused("options = [\"--array=0-3\"]\n", "has --array, which is not for it: it is made of the runs");
    is_refused("options = [\"--mem 4G\"]\n", "write memory");
    is_refused("options = [\"-pcpu\"]\n", "write partition");
    CHECK(refusal_of_slurm("options = [\"--mem-per-cpu=4G\", \"--mail-type=END\"]\n").empty());
    CHECK_THROWS_WITH(parse_slurm_settings("slurm = 3\n", "s.toml"), Contains("s.toml:1: slurm must be a table"));
    CHECK_THROWS_WITH(parse_sweep_file("name = \"x\"\nbase = \"b.toml\"\n[slurm]\ncpu = 3\n", "sweep.toml"),
                      Contains("sweep.toml:4: cpu is not a key of [slurm]"));
}

TEST_CASE("slurm settings: as many runs as fill a job's time", "[sweep][slurm]") {
    const SlurmSettings hour = settings_of("time = \"1h\"\nsignal_before = \"10m\"\ncpus = 4\nthreads = 2\n");
    CHECK(hour.runs_of_job(0.0) == 1);  // nothing has finished yet
    CHECK(hour.runs_of_job(600.0) == 10);
    CHECK(hour.runs_of_job(599.0) == 10);
    CHECK(hour.runs_of_job(601.0) == 8);
    CHECK(hour.runs_of_job(1e6) == 2);
    CHECK(hour.runs_of_job(1e-9) == 200'000);
    CHECK(settings_of("").runs_of_job(600.0) == 1);  // how long a job may be is not known
    CHECK(settings_of("runs_per_job = 7\n").runs_of_job(600.0) == 7);
}

TEST_CASE("slurm settings: the documented keys are those that are read", "[sweep][slurm][docs]") {
    check_generated("docs/clusters.md", "<!-- keys of [slurm]", "<!-- end of the keys of [slurm]",
                    slurm_keys_markdown());
}

}  // namespace espalier::sweep
