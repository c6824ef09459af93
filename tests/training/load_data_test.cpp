#include <fstream>

#include <espalier/base/error.hpp>
#include <espalier/training/load_data.hpp>

#include "run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

std::string features_file(const TemporaryFolder& folder, const std::string& text) {
    const std::string file = (folder / "picked.txt").string();
    std::ofstream(file) << text;
    return file;
}

config::RunConfig config_with(const std::string& features) {
    return digits_request("set", "unused", {"data.features=" + features}).config;
}

}  // namespace

TEST_CASE("load data: all features without data.features, else those of the file", "[training][features]") {
    const TemporaryFolder folder;
    CHECK(load_data(digits_request("set", "unused").config).train.features == 64);
    const data::Dataset picked = load_data(config_with(features_file(folder, "20\n5\n")));
    CHECK(picked.train.features == 2);
    CHECK(picked.selected == std::vector<std::uint32_t>{20, 5});
}

TEST_CASE("load data: a file of features that is missing, wrong or not of this dataset", "[training][features]") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH(load_data(config_with((folder / "none.txt").string())),
                      Contains("data.features") && Contains("none.txt"));
    CHECK_THROWS_WITH(load_data(config_with(features_file(folder, "3\n64\n"))),
                      Contains("picked.txt") && Contains("feature 64") && Contains("digits"));
    CHECK_THROWS_AS(load_data(config_with(features_file(folder, ""))), ConfigError);
}

TEST_CASE("load data: a run on some features trains, resumes, and notices that the file has changed",
          "[training][features]") {
    const TemporaryFolder folder;
    const std::string features = features_file(folder, "20\n28\n36\n43\n10\n");
    const auto request = [&](const std::string& out) {
        return digits_request("set", folder / out, {"data.features=" + features, "sparsity.density=0.5"});
    };
    const RunResult whole = run(request("whole"));
    CHECK(whole.test_accuracy > 0.3);
    RunRequest parts = request("parts");
    stop_after(parts, 30);
    run(parts);
    parts.resume = true;
    parts.stop_requested = [] { return false; };
    features_file(folder, "20\n28\n36\n43\n11\n");
    CHECK_THROWS_WITH(run(parts), Contains("--resume") && Contains("other features"));
    features_file(folder, "20\n28\n36\n43\n10\n");
    run(parts);
    CHECK((all_arrays(folder / "parts") == all_arrays(folder / "whole")));
}

}  // namespace espalier::training
