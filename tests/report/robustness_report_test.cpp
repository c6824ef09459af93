#include <cmath>

#include <nlohmann/json.hpp>

#include <espalier/report/robustness_report.hpp>

#include "support.hpp"

namespace espalier::report {
using namespace testing;

TEST_CASE("robustness report: only what was asked for, and why what is missing is", "[report][robustness]") {
    robustness::SuiteResults results{.parts = {"ood"}, .samples = 3, .classes = 2, .seed = 7};
    const Json bare = robustness_json(results);
    CHECK(bare["samples"] == 3);
    CHECK(bare["seed"] == 7);
    CHECK_FALSE(bare.contains("calibration"));
    CHECK(robustness_tables(bare).empty());

    results.calibration.emplace();
    results.calibration->as_it_is.bins.resize(15);
    results.calibration->as_it_is.nll = INFINITY;
    results.calibration->temperature = std::nan("");
    results.ood.emplace().push_back({.set = "uniform_noise", .missing = "the samples are no images"});
    results.corruptions.emplace().missing = "the samples are no images";
    results.attacks.emplace().missing = "the samples are no images";
    results.frequency.emplace().missing = "the samples are no images";
    const Json json = robustness_json(results);
    CHECK(json["calibration"]["nll"].is_null());
    CHECK(json["calibration"]["nll_reason"].is_string());
    CHECK(json["calibration"]["temperature"].is_null());
    CHECK(json["calibration"]["at_temperature"].is_null());
    CHECK(json["calibration"]["reliability"][3]["accuracy"].is_null());
    CHECK(json["ood"][0]["reason"] == "the samples are no images");
    CHECK(json["corruptions"]["reason"] == "the samples are no images");
    CHECK(json["attacks"][0]["reason"] == "the samples are no images");
    CHECK(json["frequency"]["reason"] == "the samples are no images");
    CHECK(robustness_tables(json).size() == 5);
}

TEST_CASE("robustness report: means of corruptions leave extra types out, and frost where it says so",
          "[report][robustness]") {
    robustness::SuiteResults results{.parts = {"corruptions"}, .samples = 1, .classes = 2};
    results.clean_accuracy = 0.8;
    results.corruptions.emplace();
    for (const robustness::Corruption& one : robustness::corruptions()) {
        const double share = one.is_extra ? 0.0 : one.name == "frost" ? 0.1 : 0.4;
        results.corruptions->each.push_back({&one, {share, share, share, share, share}});
    }
    const Json json = robustness_json(results)["corruptions"];
    CHECK(json["mean_accuracy"].get<double>() == Approx((14 * 0.4 + 0.1) / 15.0));
    CHECK(json["mean_error"].get<double>() == Approx(1.0 - (14 * 0.4 + 0.1) / 15.0));
    CHECK(json["relative_accuracy"].get<double>() == Approx((14 * 0.4 + 0.1) / 15.0 / 0.8));
    CHECK(json["mean_accuracy_without_frost"].get<double>() == Approx(0.4));
    CHECK(json["groups"]["weather"].get<double>() == Approx((3 * 0.4 + 0.1) / 4.0));
    CHECK(json["types"].size() == robustness::corruptions().size());
    const std::string text = robustness_tables(robustness_json(results)).front().table.text();
    CHECK_THAT(text, Contains("frost (rebuilt)") && Contains("gaussian_blur (extra)") && Contains("without frost"));
}

}  // namespace espalier::report
