#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/page/robustness_tables.hpp>

#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;

TEST_CASE("robustness_tables: a row a run that has been measured, a column a run of spoiled images",
          "[page][robustness]") {
    TemporaryFolder folder;
    for (const char* run : {"one", "two", "three", "four", "five"}) std::filesystem::create_directory(folder / run);
    std::ofstream(folder / "one" / "robustness.json") << R"({"test_accuracy": 0.9, "robustness": {"samples": 50,
        "calibration": {"ece": 0.02, "nll": null, "brier": 0.1},
        "ood": [{"set": "mnist", "max_softmax": {"auroc": 0.8}}, {"set": "uniform_noise", "reason": "no images"}],
        "corruptions": {"mean_accuracy": 0.6, "types": [{"name": "fog", "group": "weather", "mean_accuracy": 0.5}]},
        "attacks": [{"name": "fgsm", "accuracy": 0.3}]}})";
    std::ofstream(folder / "two" / "robustness.json") << R"({"test_accuracy": 0.8, "robustness": {"samples": 50,
        "corruptions": {"types": [{"name": "fog", "group": "weather", "mean_accuracy": 0.4},
                                  {"name": "snow", "group": "weather", "mean_accuracy": 0.2}]}}})";
    std::ofstream(folder / "three" / "robustness.json") << "[1, 2";
    std::ofstream(folder / "five" / "robustness.json") << R"({"snapshot": "000000010", "robustness": {"samples": 5}})";
    const auto run = [&](const char* name, std::int64_t seed) {
        return MadeRun{.seed = seed, .file = folder / name / "run.h5"};
    };
    std::vector<std::string> left_out;
    const auto tables =
        robustness_tables(made_runs({run("one", 0), run("two", 1), run("three", 2), run("four", 3)}), left_out);
    REQUIRE(left_out.size() == 1);
    CHECK_THAT(left_out.front(), Contains("three") && Contains("no result"));
    REQUIRE(tables.size() == 2);
    const Json& rows = tables[0]["rows"];
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].size() == tables[0]["columns"].size());
    CHECK(rows[0] == Json({"a s0", 50, 0.9, 0.02, nullptr, 0.1, 0.6, 0.3, nullptr, nullptr, 0.8, nullptr, nullptr}));
    CHECK(rows[1][2] == 0.8);
    CHECK(tables[1]["rows"] == Json({{"fog", "weather", 0.5, 0.4}, {"snow", "weather", nullptr, 0.2}}));

    // A run that has gone on since.
    left_out.clear();
    MadeRun gone_on = run("five", 4);
    gone_on.snapshots = {"000000010"};
    CHECK(robustness_tables(made_runs({gone_on}), left_out).size() == 2);
    CHECK(left_out.empty());
    gone_on.snapshots.push_back("000000020");
    CHECK(robustness_tables(made_runs({gone_on}), left_out).empty());
    REQUIRE(left_out.size() == 1);
    CHECK_THAT(left_out.front(), Contains("000000010") && Contains("000000020"));

    left_out.clear();
    CHECK(robustness_tables(made_runs({run("four", 3), MadeRun{.file = "nowhere/run.h5"}}), left_out).empty());
    CHECK(left_out.empty());
}

}  // namespace espalier::page
