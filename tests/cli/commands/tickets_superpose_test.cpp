#include <cmath>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>
#include <espalier/topology/alignment/permutation.hpp>
#include <espalier/topology/files/stored_network.hpp>

#include "cli/child.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

constexpr const char* configuration = R"(data.dataset = "digits"
model.hidden = [24, 16]
sparsity = {method = "set", density = 0.3, update_every = "10it"}
optimizer.learning_rate = 0.05
training = {epochs = 3, batch_size = 64}
)";

std::string run_of(const TemporaryFolder& folder, const std::string& name,
                   const std::vector<std::string>& settings = {}) {
    const std::string config = (folder / (name + ".toml")).string();
    std::ofstream(config) << configuration;
    const std::string out = (folder / name).string();
    std::vector<std::string> command = {"run", config, "--out", out, "--threads", "1", "--json"};
    for (const std::string& setting : settings) {
        command.emplace_back("--set");
        command.push_back(setting);
    }
    check_succeeds(command);
    return out;
}

std::vector<std::string> superposing(std::vector<std::string> runs, const std::string& method, const std::string& out,
                                     const std::vector<std::string>& more = {}) {
    std::vector<std::string> command = {"tickets", "superpose"};
    command.insert(command.end(), runs.begin(), runs.end());
    command.insert(command.end(), {"--method", method, "--out", out, "--threads", "1"});
    command.insert(command.end(), more.begin(), more.end());
    return command;
}

}  // namespace

TEST_CASE("tickets superpose: JSON, file, and the file as a ticket again", "[cli][tickets_superpose]") {
    const TemporaryFolder folder;
    const std::string a = run_of(folder, "a") + "/run.h5";
    const std::string out = (folder / "t.h5").string();
    const std::vector<std::string> runs = {a + "@000000042", a + "@000000063"};
    const report::Json json = report::Json::parse(check_succeeds(superposing(runs, "swa", out, {"--json"})));
    CHECK(json["out"] == out);
    CHECK(json["method"] == "swa");
    CHECK(json["target"] == runs[0]);
    CHECK(json["options"]["prune"] == "each_cycle");
    REQUIRE(json["members"].size() == 2);
    CHECK(json["members"][1]["label"] == runs[1]);
    CHECK(json["members"][1]["coefficient"] == 0.5);
    CHECK(json["members"][0]["accepted"] == true);
    CHECK(json["density"] == json["members"][0]["density"]);
    const std::size_t best = json["members"][0]["validation_accuracy"] >= json["members"][1]["validation_accuracy"]
                                 ? std::size_t{0}
                                 : std::size_t{1};
    CHECK(json["best_member"] == runs[best]);
    CHECK(json["best_member_test_accuracy"] == json["members"][best]["test_accuracy"]);
    const double mean =
        (json["members"][0]["test_accuracy"].get<double>() + json["members"][1]["test_accuracy"].get<double>()) / 2;
    CHECK(json["mean_member_test_accuracy"].get<double>() == Approx(mean));
    CHECK_FALSE(json.contains("trials"));

    // A ticket again: alone it scores what was written, and it can start a run.
    const report::Json listed = report::Json::parse(check_succeeds({"inspect", out, "--json"}));
    CHECK(listed[0]["superposed"]["test_accuracy"] == json["test_accuracy"]);
    CHECK(listed[0]["superposed"]["members"] == json["members"]);
    CHECK_THAT(check_succeeds({"inspect", out}), Contains("swa, prune each_cycle") && Contains(runs[1]));
    const std::string second = (folder / "t2.h5").string();
    const report::Json again =
        report::Json::parse(check_succeeds(superposing({out, a}, "uniform_soup", second, {"--json"})));
    CHECK(again["members"][0]["test_accuracy"] == json["test_accuracy"]);
    CHECK(again["members"][0]["validation_accuracy"] == json["validation_accuracy"]);
    const std::string next = run_of(folder, "next", {"sparsity.init=file:" + out, "sparsity.init_weights=true"});
    const topology::StoredNetwork started = topology::read_network(next + "/run.h5@first");
    const topology::StoredNetwork superposed = topology::read_network(out);
    for (std::size_t l = 0; l < 3; ++l) {
        CHECK(started.topology.layers[l].values == superposed.topology.layers[l].values);
    }
    CHECK(started.parameters[0].values == superposed.parameters[0].values);
}

TEST_CASE("tickets superpose: each method and its options", "[cli][tickets_superpose]") {
    const TemporaryFolder folder;
    const std::string a = run_of(folder, "a");
    const std::string all = a + "/run.h5@all";
    const std::string out = (folder / "t.h5").string();
    const auto with = [&](const std::string& method, std::vector<std::string> more) {
        more.insert(more.end(), {"--json", "--force"});
        return report::Json::parse(check_succeeds(superposing({all}, method, out, more)));
    };
    const report::Json pool =
        with("lottery_pools", {"--target", "3", "--coefficients", "0.1,0.5", "--candidates", "2"});
    CHECK(pool["target"] == a + "/run.h5@63");
    CHECK(pool["trials"].size() == 4);
    CHECK(pool["trials"][0]["member"] == 2);
    CHECK(pool["trials"][1]["coefficient"] == 0.5);
    CHECK(pool["validation_accuracy"] >= pool["members"][3]["validation_accuracy"]);
    CHECK(pool["density"] == pool["members"][3]["density"]);
    const report::Json soup = with("greedy_soup", {});
    CHECK(soup["trials"].size() == 4);
    CHECK(soup["validation_accuracy"] >= soup["members"][3]["validation_accuracy"]);
    CHECK(with("sup_tickets", {"--average", "cima", "--gamma", "0.3", "--prune", "end"})["options"]["gamma"] == "0.3");
    for (const char* method : {"ema", "cia", "cima", "caa_true", "uniform_soup", "task_vector"}) {
        const report::Json json = with(method, {"--layerwise"});
        CHECK(json["density"] == json["members"][0]["density"]);
    }
    const double everything = with("union", {})["density"].get<double>();
    const double most = with("majority", {"--values", "largest"})["density"].get<double>();
    const report::Json common = with("intersection", {"--values", "reference", "--target", a + "/run.h5@63"});
    CHECK(everything > most);
    CHECK(most > common["density"].get<double>());
    CHECK(common["members"][0]["coefficient"].is_null());
    CHECK_THAT(common["members"][0]["coefficient_reason"].get<std::string>(), Contains("consensus"));
    CHECK(with("union", {"--density", "0.1"})["density"].get<double>() == Approx(0.1).epsilon(0.001));
    CHECK(with("majority", {"--share", "0.25"})["density"] == everything);
    CHECK_THAT(check_succeeds(superposing({all}, "union", out, {"--force"})), Contains("written to " + out));
}

TEST_CASE("tickets superpose: one run that left tickets stands for them", "[cli][tickets_superpose]") {
    const TemporaryFolder folder;
    const std::string run = run_of(
        folder, "sup", {"tickets.method=sup_tickets", "tickets.share=0.5", "tickets.length=1ep", "training.epochs=6"});
    const std::string out = (folder / "t.h5").string();
    const report::Json json = report::Json::parse(check_succeeds(superposing({run}, "sup_tickets", out, {"--json"})));
    REQUIRE(json["members"].size() == 4);
    CHECK(json["members"][0]["label"] == run + "/run.h5@000000063");
    CHECK(json["options"]["average"] == "cia");
    const report::Json less = report::Json::parse(
        check_succeeds(superposing({run}, "sup_tickets", out, {"--json", "--force", "--without-pretrained"})));
    CHECK(less["members"].size() == 3);
    CHECK_THAT(
        check_fails(2, superposing({run, run}, "sup_tickets", (folder / "u.h5").string(), {"--without-pretrained"})),
        Contains("--without-pretrained"));
}

TEST_CASE("tickets superpose: without validation data nothing is selected", "[cli][tickets_superpose]") {
    const TemporaryFolder folder;
    const std::string a = run_of(folder, "a", {"data.validation=0"});
    const std::string all = a + "/run.h5@all";
    const std::string out = (folder / "t.h5").string();
    for (const char* method : {"lottery_pools", "greedy_soup"}) {
        CHECK_THAT(check_fails(2, superposing({all}, method, out)),
                   Contains("data.validation = 0") && Contains(a) && Contains(method));
    }
    CHECK_FALSE(std::filesystem::exists(out));
    const report::Json json = report::Json::parse(check_succeeds(superposing({all}, "cia", out, {"--json"})));
    CHECK(json["best_member_test_accuracy"].is_null());
    CHECK_THAT(json["best_member_test_accuracy_reason"].get<std::string>(), Contains("held out"));
    CHECK(json["validation_accuracy"].is_null());
    CHECK(json["members"][0]["validation_accuracy"].is_null());
    CHECK(json["highest_member_test_accuracy"] >= json["mean_member_test_accuracy"]);
    CHECK_THAT(check_succeeds({"inspect", out}), Contains("cia"));
}

TEST_CASE("tickets superpose: what cannot be superposed is one line, and nothing is written",
          "[cli][tickets_superpose]") {
    const TemporaryFolder folder;
    const std::string a = run_of(folder, "a");
    const std::string b =
        run_of(folder, "b", {"model.hidden=[24, 17]", "training.epochs=1", "sparsity.update_every=2it"});
    const std::string bare =
        run_of(folder, "bare", {"snapshots.weights=false", "training.epochs=1", "sparsity.update_every=2it"});
    const std::string other =
        run_of(folder, "other", {"data.validation=0.2", "training.epochs=1", "sparsity.update_every=2it"});
    const std::string out = (folder / "t.h5").string();
    const auto fails = [&](int status, const std::vector<std::string>& runs, const std::string& method,
                           const std::vector<std::string>& more = {}) {
        const std::string line = check_fails(status, superposing(runs, method, out, more));
        CHECK_FALSE(std::filesystem::exists(out));
        return line;
    };
    CHECK_THAT(fails(1, {a, b}, "cia"), Contains("fc2") && Contains("16x24") && Contains("17x24"));
    CHECK_THAT(fails(1, {a, bare}, "cia"), Contains("snapshots.weights = true") && Contains(bare));
    CHECK_THAT(fails(1, {a, other}, "cia"), Contains("data.validation"));
    CHECK_THAT(fails(2, {a}, "cia"), Contains("at least 2"));
    CHECK_THAT(fails(2, {a, a}, "lotery_pools"), Contains("Did you mean 'lottery_pools'"));
    CHECK_THAT(fails(2, {a, a}, "edst"), Contains("espalier tickets ensemble"));
    CHECK_THAT(fails(2, {a, a}, "cia", {"--coefficients", "0.5"}), Contains("--coefficients") && Contains("--prune"));
    CHECK_THAT(fails(2, {a, a}, "cia", {"--prune", "never"}), Contains("each_cycle"));
    CHECK_THAT(fails(2, {a, a}, "cia", {"--density", "0"}), Contains("density"));
    CHECK_THAT(fails(2, {a, a}, "cia", {"--density", "0.1", "--layerwise"}), Contains("--layerwise"));
    CHECK_THAT(fails(2, {a, a}, "cima", {"--gamma", "2"}), Contains("gamma"));
    CHECK_THAT(fails(2, {a, a}, "union", {"--values", "mean"}), Contains("mean_all"));
    CHECK_THAT(fails(2, {a, a}, "lottery_pools", {"--target", "7"}), Contains("--target 7"));
    CHECK_THAT(fails(2, {a, a}, "lottery_pools", {"--coefficients", "0.5,1.5"}), Contains("1.5"));
    CHECK_THAT(fails(2, {a, (folder / "none").string()}, "cia"), Contains("none"));

    // Weights that are no numbers.
    topology::StoredNetwork network = topology::read_network(a);
    network.topology.label = "ticket";
    network.topology.layers[0].values[0] = std::nanf("");
    const std::string damaged = (folder / "nan.h5").string();
    topology::write_network_file(damaged, network);
    CHECK_THAT(fails(1, {damaged, a}, "cia", {"--config", (folder / "a.toml").string()}),
               Contains("not a finite number"));

    std::ofstream(out) << "mine";
    CHECK_THAT(check_fails(2, superposing({a, a}, "cia", out)), Contains("--force"));
    CHECK_THAT(check_fails(2, superposing({a, a}, "cia", (folder / "t.npz").string())), Contains(".h5"));
}

TEST_CASE("tickets superpose: aligned, a ticket and itself with other places for its neurons are one",
          "[cli][tickets_superpose]") {
    const TemporaryFolder folder;
    const std::string a = run_of(folder, "a");
    const topology::StoredNetwork network = topology::read_network(a);
    Stream stream = test_stream();
    topology::Permutations places;
    for (const topology::UnitGroup& group : topology::unit_groups(network)) {
        places.push_back(topology::identity_permutation(group.size));
        for (std::size_t k = group.size; k > 1; --k) std::swap(places.back()[k - 1], places.back()[stream.below(k)]);
    }
    topology::StoredNetwork moved = topology::permuted(network, places);
    moved.topology.label = "moved";
    const std::string b = (folder / "b.h5").string();
    topology::write_network_file(b, moved);
    const std::string config = (folder / "a.toml").string();
    const std::string out = (folder / "t.h5").string();
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.end(), {"--json", "--force", "--config", config});
        return report::Json::parse(check_succeeds(superposing({a, b}, "uniform_soup", out, more)));
    };
    CHECK(with({})["test_accuracy"] < 0.5);
    const report::Json json = with({"--align"});
    CHECK(json["options"]["align"] == "weights");
    const report::Json mutual = with({"--align", "--align-to", "mean"});
    CHECK(mutual["options"]["align-to"] == "mean");
    CHECK(mutual["test_accuracy"] == json["test_accuracy"]);
    CHECK_THAT(check_fails(2, superposing({a, b}, "uniform_soup", out, {"--force", "--align-to", "mean"})),
               Contains("needs --align"));
    CHECK(json["members"][0]["moved_units"] == 0);
    CHECK(json["members"][1]["moved_units"] > 30);
    CHECK(json["test_accuracy"] == json["members"][0]["test_accuracy"]);
    const topology::StoredNetwork together = topology::read_network(out);
    for (std::size_t l = 0; l < 3; ++l) {
        // Units that are dead may lie anywhere; weights between living ones are where they were.
        CHECK(together.topology.layers[l].pattern.edges() == network.topology.layers[l].pattern.edges());
    }
    CHECK(with({"--align", "--align-by", "masks"})["options"]["align"] == "masks");
    const report::Json reacting = with({"--align", "--align-by", "activations"});
    CHECK(reacting["options"]["align"] == "activations");
    CHECK(reacting["test_accuracy"] == json["test_accuracy"]);
    CHECK_THAT(check_fails(2, superposing({a, b}, "uniform_soup", out, {"--force", "--align", "--align-by", "names"})),
               Contains("alignment by 'names' is not known; known: weights, masks, activations"));
    CHECK_THAT(check_fails(2, superposing({a, b}, "uniform_soup", out, {"--force", "--align-by", "masks"})),
               Contains("needs --align"));
}

TEST_CASE("tickets superpose: equal files for any number of threads", "[cli][tickets_superpose]") {
    const TemporaryFolder folder;
    const std::string a = run_of(folder, "a");
    const auto result = [&](const std::string& threads) {
        const std::string out = (folder / ("t" + threads + ".h5")).string();
        check_succeeds({"tickets", "superpose", a + "/run.h5@all", "--method", "lottery_pools", "--out", out,
                        "--target", "3", "--threads", threads});
        return topology::read_network(out);
    };
    const topology::StoredNetwork one = result("1");
    const topology::StoredNetwork three = result("3");
    for (std::size_t l = 0; l < 3; ++l) {
        CHECK(one.topology.layers[l].pattern == three.topology.layers[l].pattern);
        CHECK(one.topology.layers[l].values == three.topology.layers[l].values);
    }
}

}  // namespace espalier::cli
