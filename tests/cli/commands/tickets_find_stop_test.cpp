#include <csignal>

#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>
#include <espalier/topology/files/stored_network.hpp>

#include "cli/child.hpp"
#include "cli/small_lottery.hpp"
#include "cli/small_run.hpp"
#include "support.hpp"
#include "training/child_process.hpp"
#include "training/folder_events.hpp"
#include "training/run_requests.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

namespace fs = std::filesystem;

std::vector<std::string> lottery_command(const fs::path& folder) {
    std::vector<std::string> words = small_lottery(folder, two_levels);
    words.insert(words.begin(), ESPALIER_PROGRAM);
    return words;
}

/// All arrays of all runs and tickets, by folder.
std::map<std::string, std::vector<char>> arrays_of_lottery(const fs::path& out) {
    std::map<std::string, std::vector<char>> all;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(out)) {
        if (entry.path().filename() != "run.h5") continue;
        const fs::path folder = entry.path().parent_path();
        const std::string name = fs::relative(folder, out).string() + "/";
        for (auto& [array, bytes] : all_arrays(folder)) all[name + array] = std::move(bytes);
        if (!fs::exists(folder / "ticket.h5")) continue;
        std::map<std::string, std::vector<char>> ticket;
        collect_arrays(hdf5::File::open(folder / "ticket.h5").root(), "ticket", ticket);
        for (auto& [array, bytes] : ticket) all[name + array] = std::move(bytes);
    }
    return all;
}

}  // namespace

TEST_CASE("tickets find: killed in the middle and moved, the same command again ends with equal bits",
          "[cli][tickets][crash]") {
    const TemporaryFolder folder;
    Stream stream = test_stream();
    INFO(seed_text());
    const Orphans orphans;
    fs::create_directories(folder / "whole");
    FolderEvents all(folder / "whole");
    ChildProcess alone(lottery_command(folder / "whole"));
    const std::uint64_t changes = all.count_all(alone);
    CHECK(alone.wait() == 0);
    const auto whole = arrays_of_lottery(folder / "whole/out");
    CHECK(whole.size() > 300);
    for (int round = 0; round < 3; ++round) {
        INFO("round " << round);
        const fs::path here = folder / ("round-" + std::to_string(round));
        fs::create_directories(here);
        for (int kill = 0; kill < 3; ++kill) {
            FolderEvents events(here);
            ChildProcess find(lottery_command(here));
            events.wait(stream.below(changes / 2), find);
            find.kill();
            orphans.wait();
        }
        const fs::path moved = folder / ("moved-" + std::to_string(round));
        fs::rename(here, moved);
        const report::Json result = report::Json::parse(check_succeeds(small_lottery(moved, two_levels, {"--json"})));
        CHECK(result["status"] == "finished");
        CHECK((arrays_of_lottery(moved / "out") == whole));
    }
}

TEST_CASE("tickets find: after SIGINT all is saved, the status is 130, and the same command goes on",
          "[cli][tickets][signals]") {
    const TemporaryFolder folder;
    std::vector<std::string> words = lottery_command(folder.path());
    words.emplace_back("--json");
    words.insert(words.end(), endless.begin(), endless.end());
    ChildProcess find(words);
    CHECK(wait_until_running(find, folder / "out/small-s0/level-00/run.h5"));
    find.signal(SIGINT);
    CHECK(find.wait() == 130);
    const report::Json result = report::Json::parse(find.output());
    CHECK(result["status"] == "interrupted");
    CHECK(result["runs"][0]["status"] == "interrupted");
    CHECK(result["runs"][4]["status"] == "queued");
    std::vector<std::string> dry(words.begin() + 1, words.end());
    dry.emplace_back("--dry-run");
    const report::Json next = report::Json::parse(check_succeeds(dry));
    CHECK(next["runs"][0]["step"] == "resume");
    CHECK(next["runs"][1]["step"] == "start");
}

}  // namespace espalier::cli
