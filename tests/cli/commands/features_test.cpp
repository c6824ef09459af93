#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/base/files/files.hpp>
#include <espalier/report/json.hpp>
#include <espalier/topology/files/topology_file.hpp>

#include "cli/child.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

/// A first layer whose inputs have the strengths 2, 0, 5, 2.
std::string weighted_file(const TemporaryFolder& folder) {
    const std::string file = (folder / "weights.h5").string();
    topology::write_topology_file(
        file, {{.label = "a",
                .layers = {{"fc1", {2, 4}, pattern({{1, 0, 1, 0}, {1, 0, 1, 1}}), {1, 4, -1, -1, 2}},
                           {"fc2", {1, 2}, pattern({{1, 1}}), {9, 9}}}},
               {.label = "mask", .layers = {{"fc1", {1, 2}, pattern({{1, 1}}), {}}}}});
    return file;
}

constexpr const char* autoencoder = R"(seed = 1
data.dataset = "digits"
data.standardise = "none"
model = {kind = "autoencoder", hidden = [32], activation = "sigmoid", input_noise = 0.2}
sparsity = {method = "set", density = 0.3, update_every = "20it"}
optimizer.learning_rate = 2
training = {epochs = 3, batch_size = 32}
)";

std::string trained(const TemporaryFolder& folder, const std::vector<std::string>& more = {}) {
    const std::string config = (folder / "autoencoder.toml").string();
    std::ofstream(config) << autoencoder;
    const std::string out = (folder / "run").string();
    std::vector<std::string> command = {"run", config, "--out", out, "--threads", "1", "--force", "--json"};
    command.insert(command.end(), more.begin(), more.end());
    const report::Json result = report::Json::parse(check_succeeds(command));
    CHECK(result["status"] == "finished");
    return out;
}

}  // namespace

TEST_CASE("features: the strongest inputs as a table, CSV, JSON and a file of numbers", "[cli][features]") {
    const TemporaryFolder folder;
    const std::string file = weighted_file(folder) + "@a";
    CHECK(check_succeeds({"features", file, "--keep", "3", "--csv"}) == "rank,feature,strength\n1,2,5\n2,0,2\n3,3,2\n");
    const std::string out = (folder / "picked.txt").string();
    CHECK_THAT(check_succeeds({"features", file, "--keep", "3", "--out", out}), Contains("strength") && Contains(out));
    CHECK(read_text(out) == "2\n0\n3\n");
    const report::Json json = report::Json::parse(check_succeeds({"features", file, "--keep", "1", "--json"}));
    CHECK(json["topology"] == file);
    CHECK(json["layer"] == "000_fc1");
    CHECK(json["inputs"] == 4);
    CHECK(json["features"] == report::Json::parse(R"([{"feature": 2, "strength": 5}])"));
    CHECK_FALSE(json.contains("evaluation"));
    CHECK_THAT(check_fails(2, {"features", file, "--keep", "2", "--out", out}), Contains("--force"));
    check_succeeds({"features", file, "--keep", "2", "--out", out, "--force"});
    CHECK(read_text(out) == "2\n0\n");
}

TEST_CASE("features: what cannot be ranked is one line", "[cli][features]") {
    const TemporaryFolder folder;
    const std::string file = weighted_file(folder);
    CHECK_THAT(check_fails(2, {"features", file + "@mask", "--keep", "1"}),
               Contains("@mask") && Contains("no weights") && Contains("snapshots.weights"));
    CHECK_THAT(check_fails(2, {"features", file + "@a", "--keep", "5"}), Contains("1 to 4 are possible"));
    CHECK_THAT(check_fails(2, {"features", file + "@a", "--keep", "0"}), Contains("1 to 4 are possible"));
    CHECK_THAT(check_fails(2, {"features", file, "--keep", "1"}), Contains("2 topologies"));
    CHECK_THAT(check_fails(2, {"features", file + "@a"}), Contains("--keep"));
    CHECK_THAT(check_fails(2, {"features", file + "@a", "--keep", "1", "--evaluate"}),
               Contains("--evaluate") && Contains("not of a run"));
    CHECK_THAT(check_fails(2, {"features", file + "@a", "--keep", "1", "--epochs", "3"}), Contains("--evaluate"));
    CHECK_THAT(check_fails(2, {"features", file + "@a", "--keep", "1", "--evaluate", "--csv"}), Contains("--json"));
    CHECK_THAT(check_fails(2, {"features", trained(folder), "--keep", "1", "--layers", "fc2"}),
               Contains("first layer") && Contains("fc2"));
    const std::string run = trained(folder, {"--set", "snapshots.weights=false"});
    CHECK_THAT(check_fails(2, {"features", run, "--keep", "1"}), Contains("no weights"));
}

TEST_CASE("features of an autoencoder: evaluated, written, and trained on", "[cli][features]") {
    const TemporaryFolder folder;
    const std::string run = trained(folder);
    const std::string out = (folder / "picked.txt").string();
    const std::vector<std::string> command = {"features", run + "/run.h5", "--keep",   "12", "--out",    out,
                                              "--force",  "--evaluate",    "--epochs", "4",  "--hidden", "16",
                                              "--json",   "--threads"};
    const auto with_threads = [&](const std::string& threads) {
        std::vector<std::string> all = command;
        all.push_back(threads);
        return check_succeeds(all);
    };
    const std::string answer = with_threads("1");
    CHECK(with_threads("2") == answer);
    const report::Json json = report::Json::parse(answer);
    CHECK(json["features"].size() == 12);
    const report::Json judged = json["evaluation"];
    CHECK(judged["hidden"] == 16);
    CHECK(judged["epochs"] == 4);
    CHECK(judged["selected_accuracy"].get<double>() > 0.25);  // a short training: chance is 0.1
    CHECK(judged["all_accuracy"].get<double>() > judged["selected_accuracy"].get<double>());
    CHECK(judged["random_accuracy"].get<double>() > 0.1);
    CHECK_THAT(check_succeeds({"features", run, "--keep", "12", "--evaluate", "--epochs", "1"}),
               Contains("selected") && Contains("random"));

    const std::string config = (folder / "some.toml").string();
    std::ofstream(config) << "data = {dataset = \"digits\", features = \"picked.txt\"}\nmodel.hidden = [8]\n"
                             "training.epochs = 1\nsparsity.update_every = \"2it\"\n";
    const report::Json plan = report::Json::parse(check_succeeds({"inspect", config, "--json"}));
    CHECK(plan["layers"][0]["shape"] == report::Json::parse("[8, 12]"));
    CHECK_THAT(check_succeeds({"run", config, "--print-defaults"}), Contains("features = \"" + out + "\""));

    // The inputs of a network that was trained on some features are named by the dataset's numbers.
    const std::string second = (folder / "second").string();
    check_succeeds({"run", config, "--out", second});
    const report::Json again = report::Json::parse(check_succeeds({"features", second, "--keep", "12", "--json"}));
    std::vector<int> first_numbers, second_numbers;
    for (const report::Json& entry : json["features"]) first_numbers.push_back(entry["feature"]);
    for (const report::Json& entry : again["features"]) second_numbers.push_back(entry["feature"]);
    std::ranges::sort(first_numbers);
    std::ranges::sort(second_numbers);
    CHECK(first_numbers == second_numbers);

    std::ofstream shorter(out);  // by the last feature
    for (std::size_t k = 0; k + 1 < first_numbers.size(); ++k) shorter << first_numbers[k] << '\n';
    shorter.close();
    CHECK_THAT(check_fails(2, {"features", second, "--keep", "12"}), Contains("no longer holds the features"));
}

TEST_CASE("run of an autoencoder: accuracies are null with a reason, in the result and in inspect", "[cli][features]") {
    const TemporaryFolder folder;
    const std::string config = (folder / "autoencoder.toml").string();
    std::ofstream(config) << autoencoder;
    const std::string out = (folder / "run").string();
    const report::Json result = report::Json::parse(check_succeeds({"run", config, "--out", out, "--json"}));
    for (const char* name : {"test_accuracy", "validation_accuracy", "best_test_accuracy"}) {
        CHECK(result[name].is_null());
        CHECK_THAT(result[name + std::string("_reason")].get<std::string>(), Contains("auto-encoder"));
    }
    CHECK(result["test_loss"].is_number());
    CHECK(result["validation_loss"].is_number());
    CHECK(result["best_test_loss"].is_number());
    const report::Json json = report::Json::parse(check_succeeds({"inspect", out + "/run.h5", "--json"}));
    CHECK(json["results"]["test_accuracy"].is_null());
    CHECK(json["results"]["test_accuracy_reason"] == result["test_accuracy_reason"]);
    for (const char* table : {"train", "eval"}) {
        CHECK(json["metrics"][table]["last"]["accuracy"].is_null());
        CHECK(json["metrics"][table]["last"]["accuracy_reason"] == result["test_accuracy_reason"]);
    }
    CHECK_THAT(check_succeeds({"inspect", out + "/run.h5"}), !Contains("nan"));
    CHECK_THAT(check_succeeds({"run", config, "--out", out, "--force"}), Contains("test loss") && !Contains("nan"));
    const report::Json plan = report::Json::parse(check_succeeds({"inspect", config, "--json"}));
    CHECK(plan["layers"][1]["shape"] == report::Json::parse("[64, 32]"));
}

TEST_CASE("run: features that cannot be are told before training", "[cli][features]") {
    const TemporaryFolder folder;
    const std::string config = (folder / "some.toml").string();
    std::ofstream(config) << "data = {dataset = \"digits\", features = \"picked.txt\"}\n";
    const std::string out = (folder / "run").string();
    const auto refused = [&](const std::string& text, const std::string& words) {
        std::ofstream(folder / "picked.txt") << text;
        CHECK_THAT(check_fails(2, {"run", config, "--out", out}), Contains("picked.txt") && Contains(words));
    };
    CHECK_THAT(check_fails(2, {"run", config, "--out", out}), Contains("data.features") && Contains("picked.txt"));
    refused("", "no features");
    refused("1\n1\n", ":2: feature 1 came before");
    refused("1\n64\n", "feature 64");
    refused("one\n", "'one'");
    CHECK_FALSE(std::filesystem::exists(std::filesystem::path(out) / "run.h5"));
}

}  // namespace espalier::cli
