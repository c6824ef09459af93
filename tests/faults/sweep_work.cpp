#include <cstdlib>
#include <fstream>

#include <sys/stat.h>

#include <espalier/base/files/files.hpp>

#include "faults/work.hpp"
#include "support.hpp"

namespace espalier::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* sweep_settings = "name = \"small\"\nbase = \"base.toml\"\nseeds = [0, 1]\n";
constexpr const char* lottery_settings = R"(name = "small"
base = "plain.toml"
seeds = [0]
[find]
levels = 1
fraction = 0.5
rewind = "10it"
)";

void make_program(const fs::path& file, const std::string& lines) {
    std::ofstream(file) << "#!/bin/sh\n" << lines << "\n";
    ::chmod(file.c_str(), 0755);
}

/// The sweeps' files, beside the base that they name; a prepared sweep; programs that stand for Slurm's.
const fs::path& plans() {
    static const TemporaryFolder folder;
    static const fs::path path = [] {
        for (const char* name : {"base.toml", "plain.toml"}) fs::copy(inputs() / name, folder / name);
        std::ofstream(folder / "sweep.toml") << sweep_settings;
        std::ofstream(folder / "slurm.toml") << sweep_settings << "[slurm]\ntime = \"1h\"\n";
        std::ofstream(folder / "lottery.toml") << lottery_settings;
        make_program(folder / "sbatch", "echo 41");
        make_program(folder / "squeue", "");
        make_program(folder / "scontrol", "echo 'MaxArraySize = 1001'");
        const char* before = std::getenv("PATH");
        ::setenv("PATH", (folder.path().string() + ":" + (before == nullptr ? "" : before)).c_str(), 1);
        const Attempt made =
            attempt({"sweep", (folder / "sweep.toml").string(), "--prepare", "--out", (folder / "prepared").string()},
                    folder.path());
        REQUIRE(made.status == 0);
        return folder.path();
    }();
    return path;
}

/// A call of `words` on a plan with its results in "out".
std::function<Words(const fs::path&)> call_on(const char* plan, const Words& words, const Words& more = {}) {
    return [plan, words, more](const fs::path& folder) {
        Words call = words;
        call.push_back((plans() / plan).string());
        call.insert(call.end(), more.begin(), more.end());
        call.insert(call.end(), {"--out", (folder / "out").string()});
        return call;
    };
}

/// What each run of a prepared sweep reads, and which runs belong together; not where the folder lies.
Bits bits_of_preparation(const fs::path& folder) {
    Bits bits;
    for (const char* seed : {"s0", "s1"}) {
        const fs::path file = folder / "out" / seed / "run.toml";
        if (fs::exists(file)) bits[seed] = bytes_of(file);
    }
    const fs::path elements = folder / "out/elements.txt";
    if (fs::exists(elements)) bits["elements"] = bytes_of(elements);
    return bits;
}

/// Each submission whose job's number is known has what the job reads.
std::string trouble_with_submissions(const fs::path& folder) {
    if (!fs::exists(folder / "out/slurm")) return "";
    for (const fs::directory_entry& entry : fs::directory_iterator(folder / "out/slurm")) {
        if (!fs::exists(entry.path() / "jobs.txt")) continue;
        for (const char* name : {"jobs.txt", "elements.txt", "job.sh"}) {
            if (!fs::exists(entry.path() / name) || fs::is_empty(entry.path() / name)) {
                return (entry.path() / name).string() + " is not there, or empty";
            }
        }
    }
    return "";
}

Bits bits_of_submissions(const fs::path& folder) {
    Bits bits = bits_of_preparation(folder);
    if (!fs::exists(folder / "out/slurm")) return bits;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder / "out/slurm")) {
        if (!fs::exists(entry.path() / "jobs.txt")) continue;  // killed before the job was there, or known
        bits["elements"] = bytes_of(entry.path() / "elements.txt");
        bits["jobs"] = bytes_of(entry.path() / "jobs.txt");
    }
    return bits;
}

Work element_work() {
    return {
        .name = "sweep --element",
        .kills = 60,
        .cost = 2,
        .prepare =
            [](const fs::path& folder) { fs::copy(plans() / "prepared", folder / "out", fs::copy_options::recursive); },
        .call =
            [](const fs::path& folder) {
                return Words{"sweep", "--element", (folder / "out").string(), "--index", "0"};
            },
        .trouble = trouble_with_runs,
        .bits = bits_of_runs};
}

}  // namespace

std::vector<Work> sweep_works() {
    const auto nothing = [](const fs::path&) {};
    return {{.name = "sweep",
             .kills = 100,
             .cost = 3,
             .prepare = nothing,
             .call = call_on("sweep.toml", {"sweep"}, {"--jobs", "2"}),
             .trouble = trouble_with_runs,
             .bits = bits_of_runs},
            {.name = "sweep --prepare",
             .kills = 30,
             .cost = 1,
             .prepare = nothing,
             .call = call_on("sweep.toml", {"sweep"}, {"--prepare"}),
             .trouble = trouble_with_runs,
             .bits = bits_of_preparation},
            element_work(),
            {.name = "sweep --launcher slurm",
             .kills = 30,
             .cost = 1,
             .prepare = nothing,
             .call = call_on("slurm.toml", {"sweep"}, {"--launcher", "slurm"}),
             .trouble = trouble_with_submissions,
             .bits = bits_of_submissions},
            {.name = "tickets find",
             .kills = 80,
             .cost = 3,
             .prepare = nothing,
             .call = call_on("lottery.toml", {"tickets", "find"}),
             .trouble = trouble_with_runs,
             .bits = bits_of_runs}};
}

}  // namespace espalier::testing
