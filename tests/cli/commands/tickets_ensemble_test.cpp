#include <nlohmann/json.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;

TEST_CASE("tickets ensemble: members, all together, and how much they differ", "[cli][tickets]") {
    TemporaryFolder folder;
    const std::string run = (folder / "a").string();
    check_succeeds(small_run(run, {"--set", "training.epochs=3"}));
    const auto same = nlohmann::json::parse(check_succeeds({"tickets", "ensemble", run, run, "--json"}));
    CHECK(same["disagreement"] == 0);
    CHECK(same["mask_iou"] == 1);
    CHECK(same["test_accuracy"] == same["members"][0]["test_accuracy"]);
    CHECK(same["mean_member_test_accuracy"].get<double>() == Approx(same["test_accuracy"].get<double>()));

    const auto all = nlohmann::json::parse(check_succeeds({"tickets", "ensemble", run + "/run.h5@all", "--json"}));
    REQUIRE(all["members"].size() == 4);
    CHECK(all["disagreement"].get<double>() > 0.1);
    double best = 0.0;
    double its_test = 0.0;
    for (const auto& member : all["members"]) {
        if (member["validation_accuracy"].get<double>() <= best) continue;
        best = member["validation_accuracy"];
        its_test = member["test_accuracy"];
    }
    CHECK(all["best_member_test_accuracy"].get<double>() == its_test);
    CHECK_THAT(check_succeeds({"tickets", "ensemble", run, run}), Contains("ensemble") && Contains("mean member"));
    CHECK_THAT(check_fails(2, {"tickets", "ensemble", run}), Contains("at least 2"));
}

}  // namespace espalier::cli
