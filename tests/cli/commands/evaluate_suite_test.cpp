#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/base/formats/npz.hpp>
#include <espalier/report/json.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "npz_builder.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

std::string suite_run(const TemporaryFolder& folder) {
    const std::string run = folder / "run";
    check_succeeds(small_run(run, {"--set", "training.epochs=3"}));
    return run;
}

report::Json suite_of(const std::string& network, const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"evaluate", network, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return report::Json::parse(check_succeeds(arguments));
}

}  // namespace

TEST_CASE("evaluate --suite: all of it, on any number of threads, stored beside the run",
          "[cli][evaluate][robustness]") {
    TemporaryFolder folder;
    const std::string run = suite_run(folder);
    const std::vector<std::string> words = {"--suite",        "robustness", "--ood",     "digits",
                                            "--attack-steps", "3",          "--samples", "60"};
    std::vector<std::string> with_one = words;
    with_one.insert(with_one.end(), {"--threads", "1"});
    const report::Json one = suite_of(run, with_one);
    CHECK(one["samples"] == 60);
    const report::Json& robustness = one["robustness"];
    CHECK(robustness["parts"].size() == 6);
    CHECK(robustness["calibration"]["accuracy"] == one["test_accuracy"]);
    CHECK(robustness["calibration"]["nll"].get<double>() == Approx(one["test_loss"].get<double>()).epsilon(1e-5));
    CHECK(robustness["ood"][0]["set"] == "digits");
    CHECK(robustness["ood"][0]["max_softmax"]["auroc"] == 0.5);
    CHECK(robustness["ood"][1]["set"] == "uniform_noise");
    CHECK(robustness["corruptions"]["types"].size() == 18);
    CHECK(robustness["attacks"].size() == 3);
    CHECK(robustness["frequency"]["spectral_energy"].is_number());

    const report::Json stored = report::Json::parse(std::ifstream(run + "/robustness.json"));
    CHECK(stored["robustness"] == robustness);
    CHECK(stored["test_accuracy"] == one["test_accuracy"]);
    CHECK(stored["snapshot"].is_string());
    CHECK_FALSE(stored.contains("seconds"));
    CHECK_THAT(check_succeeds({"evaluate", run + "/run.h5@first", "--suite", "calibration"}), Contains("not stored"));
    CHECK_THAT(check_fails(2, {"evaluate", run, "--suite", "calibration"}),
               Contains("robustness.json exists") && Contains("--force") && Contains("--out"));
    std::vector<std::string> with_two = words;
    with_two.insert(with_two.end(), {"--threads", "2", "--out", folder / "two.json"});
    CHECK(suite_of(run, with_two)["robustness"] == robustness);
    std::vector<std::string> in_words = {"evaluate", run, "--force"};
    in_words.insert(in_words.end(), words.begin(), words.end());
    CHECK_THAT(check_succeeds(in_words), Contains("calibration, 15 bins") && Contains("frost (rebuilt)") &&
                                             Contains("pgd_linf") && Contains("uniform_noise") &&
                                             Contains("robustness.json") &&
                                             Contains("60 of the test set of digits (the first of them)"));
}

TEST_CASE("evaluate --suite: scores sample by sample, and samples of a user's own", "[cli][evaluate][robustness]") {
    TemporaryFolder folder;
    const std::string run = suite_run(folder);
    const std::string scores = folder / "scores.npz";
    const report::Json found =
        suite_of(run, {"--suite", "hard_samples", "--scores", scores, "--out", folder / "a.json"});
    const NpzFile file(scores);
    const std::vector<double> el2n = file.read("el2n").to_doubles();
    REQUIRE(el2n.size() == 360);
    const report::Json& hardest = found["robustness"]["hard_samples"]["hardest"][0];
    CHECK(hardest["el2n"].get<double>() == *std::ranges::max_element(el2n));
    CHECK(el2n[hardest["sample"].get<std::size_t>()] == hardest["el2n"].get<double>());
    CHECK(found["robustness"]["hard_samples"]["forgetting_events"].is_null());
    CHECK(found["robustness"]["hard_samples"]["forgetting_events_reason"].is_string());

    // Floats up to 16 have no white: what needs pixels says so, nothing is stored.
    const std::string mine = folder / "mine.npz";
    write_bytes(mine, zip_archive({{"x.npy", npy<float>("<f4", {2, 1, 8, 8}, std::vector<float>(128, 16.0F))},
                                   {"y.npy", npy<std::int64_t>("<i8", {2}, {1, 2})}}));
    const report::Json of_mine = suite_of(run, {"--data", mine, "--suite", "robustness"});
    CHECK_THAT(of_mine["robustness"]["corruptions"]["reason"].get<std::string>(), Contains("outside of [0, 1]"));
    CHECK_FALSE(std::filesystem::exists(run + "/robustness.json"));
}

TEST_CASE("evaluate --suite: what cannot be is refused before anything is read", "[cli][evaluate][robustness]") {
    TemporaryFolder folder;
    const std::string run = suite_run(folder);
    CHECK_THAT(check_fails(2, {"evaluate", run, "--suite", "calibratoin"}), Contains("calibration"));
    CHECK_THAT(check_fails(2, {"evaluate", run, "--ood", "digits"}), Contains("--ood needs --suite ood"));
    CHECK_THAT(check_fails(2, {"evaluate", run, "--scores", "x.npz"}), Contains("--suite hard_samples"));
    CHECK_THAT(check_fails(2, {"evaluate", run, "--out", "x.json"}), Contains("--suite"));
    CHECK_THAT(check_fails(2, {"evaluate", run, "--suite", "attacks", "--epsilon", "0"}), Contains("--epsilon"));
    CHECK_THAT(check_fails(2, {"evaluate", run, "--suite", "ood", "--out", "x.txt"}), Contains(".json"));
    const std::string other = folder / "other.npz";
    write_bytes(other, zip_archive({{"x.npy", npy<float>("<f4", {2, 1, 4, 4}, std::vector<float>(32, 0.5F))}}));
    CHECK_THAT(check_fails(2, {"evaluate", run, "--suite", "ood", "--ood", other}),
               Contains("1x4x4") && Contains("1x8x8"));
}

}  // namespace espalier::cli
