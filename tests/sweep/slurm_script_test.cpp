#include <fstream>

#include <espalier/base/files/program.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/sweep/slurm_script.hpp>

#include "support.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

SlurmArray array_in(const std::string& folder) {
    return {.name = "my sweep",
            .folder = folder,
            .current = "/home/me",
            .elements = 3,
            .command = {"/opt/an espalier", "sweep"}};
}

}  // namespace

TEST_CASE("slurm script: options in the form of sbatch, and the program in place of the shell", "[sweep][slurm]") {
    CHECK(slurm_script(array_in("/runs/a b/50%"), {}) == R"(#!/bin/bash
#SBATCH --job-name="my sweep"
#SBATCH --array=0-2
#SBATCH --output="/runs/a b/50%%/%a.log"
#SBATCH --open-mode=append
#SBATCH --chdir="/home/me"
#SBATCH --requeue
#SBATCH --signal=B:USR1@90
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
exec '/opt/an espalier' sweep --element '/runs/a b/50%' --jobs 1 --threads 1 --requeues 20 --progress lines
)");
    const SlurmSettings settings = parse_slurm_settings(
        "[slurm]\ntime = \"1d 12h\"\nmemory = \"4G\"\ncpus = 4\nthreads = 2\nat_once = 20\npartition = \"cpu\"\n"
        "constraint = \"[a|b]\"\noptions = [\"--exclusive\"]\nsetup = [\"module load gcc\"]\nsignal_before = \"5m\"\n",
        "sweep.toml");
    const std::string script = slurm_script(array_in("/runs/a"), settings);
    for (const char* line : {"--array=0-2%20", "--signal=B:USR1@300", "--cpus-per-task=4", "--time=1-12:00:00",
                             "--mem=4G", "--partition=\"cpu\"", "--constraint=\"[a|b]\"", "--exclusive"}) {
        CHECK_THAT(script, Contains("\n#SBATCH " + std::string(line) + "\n"));
    }
    CHECK_THAT(script, Contains("\nmodule load gcc\nexec ") && Contains("--jobs 2 --threads 2"));
    for (const char* folder : {"/a\"b", "/a\\b", "/a\nb"}) {
        CHECK_THROWS_AS(slurm_script(array_in(folder), {}), ConfigError);
    }
}

TEST_CASE("slurm script: words reach the program as they are", "[sweep][slurm]") {
    CHECK(slurm_time(59) == "0-00:00:59");
    CHECK(slurm_time(3 * 86400 + 3661) == "3-01:01:01");
    CHECK(shell_quoted("/usr/bin/a-b_c.d") == "/usr/bin/a-b_c.d");
    for (const std::string word : {"", "a b", "it's", "$HOME", "`x`", "a\"b", "\\", "*", "a;b", "\xc3\xa9"}) {
        CHECK(call_program({"/bin/sh", "-c", "printf %s " + shell_quoted(word)}, std::chrono::seconds(60)).out == word);
    }
}

}  // namespace espalier::sweep
