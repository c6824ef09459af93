#include <algorithm>

#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>

#include "cli/child.hpp"
#include "cli/small_lottery.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

namespace fs = std::filesystem;

report::Json find_json(const fs::path& folder, const std::string& lines, std::vector<std::string> more = {}) {
    more.emplace_back("--json");
    return report::Json::parse(check_succeeds(small_lottery(folder, lines, more)));
}

std::size_t runs_made(const report::Json& result) {
    return static_cast<std::size_t>(
        std::ranges::count_if(result["runs"], [](const report::Json& run) { return run["ran"].get<bool>(); }));
}

}  // namespace

TEST_CASE("tickets find: all levels and controls are made, and made once", "[cli][tickets]") {
    const TemporaryFolder folder;
    const report::Json first = find_json(folder.path(), two_levels);
    CHECK(first["lottery"] == "small");
    CHECK(first["status"] == "finished");
    REQUIRE(first["runs"].size() == 10);
    CHECK(runs_made(first) == 10);
    const report::Json& run = first["runs"][3];
    CHECK(run["folder"] == (folder / "out/small-s0/level-02-random_reinit").string());
    CHECK(run["chain"] == "small-s0");
    CHECK(run["name"] == "small-random_reinit");
    CHECK(run["level"] == 2);
    CHECK(run["control"] == "random_reinit");
    CHECK(run["start"] == 30);
    CHECK(run["asked_density"] == 0.25);
    CHECK(run["density"] == 0.25);
    CHECK(run["test_accuracy"].get<double>() > 0.5);
    CHECK(run["best"]["validation_accuracy"] >= run["validation_accuracy"]);
    CHECK(run["best"]["step"].get<int>() >= 30);
    CHECK(run["early_stop"]["validation_loss"] <= run["best"]["validation_loss"]);
    CHECK(first["runs"][2]["control"].is_null());
    const report::Json second = find_json(folder.path(), two_levels);
    CHECK(runs_made(second) == 0);
    CHECK(second["runs"][3]["test_accuracy"] == run["test_accuracy"]);
    const std::string text = check_succeeds(small_lottery(folder.path(), two_levels));
    CHECK_THAT(text, Contains("small-s1") && Contains("random_mask") && Contains("out: 10 of 10 runs finished"));
    CHECK(runs_made(find_json(folder.path(), two_levels, {"--jobs", "1", "--threads", "2"})) == 0);
}

TEST_CASE("tickets find: the folder can be moved, and one table is made of it", "[cli][tickets]") {
    const TemporaryFolder folder;
    find_json(folder.path(), two_levels);
    fs::rename(folder / "out", folder / "elsewhere");
    fs::create_directory(folder / "out");
    fs::rename(folder / "elsewhere", folder / "out/deeper");
    const std::string moved = (folder / "out/deeper/").string();
    std::vector<std::string> words = small_lottery(folder.path(), two_levels, {"--json"});
    words[4] = moved;
    CHECK(runs_made(report::Json::parse(check_succeeds(words))) == 0);
    const std::string table = check_succeeds({"collect", moved, "--mean"});
    CHECK(std::ranges::count(table, '\n') == 6);  // head; levels 0, 1 and 2, two controls: each one row for two seeds
    CHECK_THAT(table, !Contains("unreadable") && Contains("small-random_mask") && Contains("0.25"));
    CHECK_THAT(check_succeeds({"tickets", "ensemble", moved + "small-s0/level-02", moved + "small-s1/level-02"}),
               Contains("ensemble"));
}

TEST_CASE("tickets find: a dry run shows what would be done and does nothing", "[cli][tickets]") {
    const TemporaryFolder folder;
    const report::Json would = find_json(folder.path(), two_levels, {"--dry-run"});
    CHECK(would["runs"].size() == 10);
    CHECK(would["runs"][2]["density"] == 0.25);
    CHECK(would["runs"][2]["step"] == "start");
    CHECK_FALSE(fs::exists(folder / "out"));
    CHECK_THAT(check_succeeds(small_lottery(folder.path(), two_levels, {"--dry-run"})), Contains("random_mask"));
}

TEST_CASE("tickets find: what fails is listed, what comes from it is not begun, and both are tried again when asked",
          "[cli][tickets]") {
    const TemporaryFolder folder;
    const std::string lines =
        "[find]\nlevels = 1\n[[variants]]\nname = \"tame\"\n[[variants]]\nname = \"wild\"\n"
        "optimizer.learning_rate = 1e30\n";
    const Outcome outcome = espalier(small_lottery(folder.path(), lines, {"--json"}));
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.err, Contains("1 of 4 runs failed, the first wild-s0/level-00: the loss is not a finite"));
    const report::Json result = report::Json::parse(outcome.out);
    CHECK(result["runs"][1]["status"] == "finished");
    CHECK(result["runs"][2]["status"] == "failed");
    CHECK(result["runs"][3]["status"] == "queued");
    CHECK_FALSE(fs::exists(folder / "out/wild-s0/level-01"));
    const Outcome again = espalier(small_lottery(folder.path(), lines, {"--json"}));
    CHECK(runs_made(report::Json::parse(again.out)) == 0);
    const Outcome retried = espalier(small_lottery(folder.path(), lines, {"--json", "--retry-failed"}));
    CHECK(runs_made(report::Json::parse(retried.out)) == 1);
}

TEST_CASE("tickets find: bad input is one line", "[cli][tickets]") {
    const TemporaryFolder folder;
    const auto fails = [&](const std::string& lines, const std::vector<std::string>& more = {}) {
        return check_fails(2, small_lottery(folder.path(), lines, more));
    };
    CHECK_THAT(fails("[find]\nlevels = 0\n"), Contains("lottery.toml:4: levels = 0 must be at least 1"));
    CHECK_THAT(fails("[find]\nfraction = 1.5\n"), Contains("lottery.toml:4: fraction = 1.5 must be above 0"));
    CHECK_THAT(fails("[find]\nrewind = 6\n"), Contains("lottery.toml:4: rewind = \"6ep\" is step 126, and the training "
                                                       "ends with step 126"));
    CHECK_THAT(fails("[find]\nexclude = [\"fc9\"]\n"), Contains("lottery.toml:4: exclude names no layer 'fc9'"));
    CHECK_THAT(fails("[find]\n", {"--set", "sparsity.method=set"}),
               Contains("--set: sparsity.method is not for the base of a lottery"));
    CHECK_THAT(fails("[find]\n", {"--set", "data.dataset=nothing"}), Contains("nothing"));
    CHECK_FALSE(fs::exists(folder / "out"));
    check_succeeds(small_lottery(folder.path(), "[find]\nlevels = 1\n"));
    CHECK_THAT(fails("[find]\nlevels = 1\nfraction = 0.5\n"),
               Contains("level-01 holds a run of another configuration"));
    CHECK_THAT(fails("[find]\nlevels = 1\n", {"--set", "training.epochs=5"}),
               Contains("level-00 holds a run of another configuration: training.epochs = 6 there, 5 now"));
}

}  // namespace espalier::cli
