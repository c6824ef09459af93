#include <algorithm>
#include <cmath>
#include <fstream>

#include <espalier/base/text/error.hpp>
#include <espalier/training/run/load_data.hpp>
#include <espalier/training/trainer/objective.hpp>

#include "npz_builder.hpp"
#include "training/run_requests.hpp"

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

/// Two classes that a line tells apart: x = (k, -k), y = 0 below the middle; alternating, so that every part has both.
std::filesystem::path write_line(const TemporaryFolder& folder, bool with_test, bool classes = true) {
    constexpr std::size_t samples = 40;
    std::vector<float> x;
    std::vector<float> y;
    for (std::size_t k = 0; k < samples; ++k) {
        const float side = k % 2 == 0 ? 1.0F : -1.0F;
        x.insert(x.end(), {side * static_cast<float>(k + 1), -side});
        y.push_back(classes ? static_cast<float>(k % 2) : side / 2);
    }
    std::vector<ZipEntry> entries = {{"x.npy", npy("<f4", {samples, 2}, x), true},
                                     {"y.npy", npy("<f4", {samples}, y), true}};
    if (with_test) {
        entries.push_back({"x_test.npy", npy<float>("<f4", {2, 2}, {9, -1, -9, 1}), true});
        entries.push_back({"y_test.npy", npy_ints({0, 1}), true});
    }
    write_bytes(folder / "line.npz", zip_archive(entries));
    return folder / "line.npz";
}

RunRequest line_request(const std::filesystem::path& data, const std::filesystem::path& out,
                        std::vector<std::string> overrides = {}) {
    overrides.insert(overrides.begin(), {"data.dataset=" + data.string(), "model.dropout=0", "training.batch_size=4"});
    return digits_request("dense", out, overrides);
}

/// What the run tells before it begins.
std::vector<std::string> notices_of(RunRequest request) {
    std::vector<std::string> notices;
    request.notice = [&](const std::string& text) { notices.push_back(text); };
    run(request);
    return notices;
}

void write_csv(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("load data: arrays of one's own are trained and tested on", "[training][data]") {
    const TemporaryFolder folder;
    const RunResult result = run(line_request(write_line(folder, true), folder / "run"));
    CHECK(result.test_accuracy == 1.0);
    CHECK(result.has_test);
    CHECK(result.steps == 3 * 9);  // 36 samples, 4 held out
}

TEST_CASE("load data: without a test set nothing is tested, which is said", "[training][data]") {
    const TemporaryFolder folder;
    const std::filesystem::path data = write_line(folder, false);
    const RunRequest request = line_request(data, folder / "run");
    RunRequest again = request;
    again.folder = folder / "again";
    const std::vector<std::string> notices = notices_of(again);
    CHECK(std::ranges::any_of(notices, [](const auto& line) { return line.find("no test set") != std::string::npos; }));
    const RunResult result = run(request);
    CHECK_FALSE(result.has_test);
    CHECK(std::isnan(result.test_accuracy));
    CHECK(std::isnan(result.test_loss));
    CHECK(result.validation_accuracy == 1.0);
    const RunSummary summary = read_run_summary(folder / "run/run.h5");
    CHECK(std::get<std::string>(summary.results.at("test_loss_reason")) == no_test_reason);
    const auto& splits = std::get<std::vector<std::string>>(summary.metrics.at("eval").at("split"));
    CHECK(std::ranges::count(splits, "test") == 0);

    const RunResult held_out = run(line_request(data, folder / "held-out", {"data.test=0.1"}));
    CHECK(held_out.test_accuracy == 1.0);
    CHECK(held_out.steps == 3 * 8);
    CHECK_THROWS_WITH(load_data(line_request(write_line(folder, true), "unused", {"data.test=0.1"}).config),
                      Contains("data.test = 0.1") && Contains("a test set of its own"));
}

TEST_CASE("load data: targets of a regression are for an auto-encoder alone", "[training][data]") {
    const TemporaryFolder folder;
    const std::filesystem::path data = write_line(folder, false, false);
    CHECK_THROWS_AS(load_data(line_request(data, "unused").config), FormatError);
    CHECK_THROWS_WITH(load_data(line_request(data, "unused").config),
                      Contains("no classes to learn") && Contains("targets of a regression"));
    const RunResult result = run(line_request(data, folder / "run", {"model.kind=autoencoder"}));
    CHECK_FALSE(result.has_accuracy);
    CHECK(result.status == "finished");
}

TEST_CASE("load data: a table without its test set, or of a single class, is refused", "[training][data]") {
    const TemporaryFolder folder;
    // MNIST's form as a table: the label first, a pixel that is always 0 last.
    write_csv(folder / "m.csv", "label,pixel0,pixel1\n0,1,0\n1,2,0\n0,3,0\n1,4,0\n");
    const auto config = [&](const std::vector<std::string>& overrides) {
        return line_request(folder / "m.csv", "unused", overrides).config;
    };
    CHECK_THROWS_AS(load_data(config({})), ConfigError);
    CHECK_THROWS_WITH(load_data(config({})), Contains("m-test.csv") && Contains("data.test = 0.2"));
    CHECK(load_data(config({"data.test=0.25", "data.label=label"})).test.count == 1);
    write_csv(folder / "m-test.csv", "label,pixel0,pixel1\n0,1,0\n");
    CHECK_THROWS_AS(load_data(config({})), FormatError);
    CHECK_THROWS_WITH(load_data(config({})),
                      Contains("all 4 samples to train on are of class 0") &&
                          Contains("its labels are the last column, 3 ('pixel1'); data.label names another, such as "
                                   "\"label\" (column 1)"));
    CHECK(load_data(config({"data.label=1"})).train.labels == std::vector<std::uint32_t>{0, 1, 0, 1});
}

TEST_CASE("load data: samples in file order where they are not shuffled", "[training][data]") {
    const TemporaryFolder folder;
    const std::filesystem::path data = write_line(folder, true);
    const auto arrays = [&](const std::string& out, const std::vector<std::string>& overrides) {
        run(line_request(data, folder / out, overrides));
        return all_arrays(folder / out);
    };
    const auto first = arrays("a", {"training.shuffle=false", "training.order_seed=1"});
    CHECK((first == arrays("b", {"training.shuffle=false", "training.order_seed=2"})));
    CHECK_FALSE((first == arrays("c", {"training.order_seed=1"})));
}

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
