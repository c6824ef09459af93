#include <fstream>

#include <nlohmann/json.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "safetensors_builder.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

/// A run of the small network; its folder.
std::string ticket(const std::filesystem::path& folder, const std::vector<std::string>& settings = {}) {
    std::vector<std::string> more = {"--set", "training.epochs=3", "--set", "training.checkpoint_every='1ep'"};
    for (const std::string& setting : settings) more.insert(more.end(), {"--set", setting});
    check_succeeds(small_run(folder, more));
    return folder.string();
}

}  // namespace

TEST_CASE("tickets compare: the document", "[cli][tickets]") {
    TemporaryFolder folder;
    const std::string a = ticket(folder / "a");
    const std::string b = ticket(folder / "b", {"seed=4"});
    const auto json = nlohmann::json::parse(check_succeeds({"tickets", "compare", a, b, b + "@first", "--json"}));
    REQUIRE(json["tickets"].size() == 3);
    CHECK(json["tickets"][0]["label"] == a);
    CHECK(json["tickets"][0]["density"].get<double>() == Approx(0.3).margin(0.01));
    CHECK(json["tickets"][0]["test_accuracy"].get<double>() > 0.3);
    REQUIRE(json["pairs"].size() == 3);
    const auto& pair = json["pairs"][0];
    CHECK(pair["a"] == a);
    CHECK(pair["b"] == b);
    for (const char* key : {"nnstd", "jaccard", "loss_barrier", "accuracy_barrier", "iou", "agreement", "divergence"}) {
        INFO(key);
        CHECK(pair[key].is_number());
        CHECK(pair[key].get<double>() >= 0.0);
    }
    CHECK(pair["line"].size() == 11);
    CHECK(pair["aligned"]["loss_barrier"].is_number());
    CHECK(pair["aligned"]["cosine"].get<double>() > pair["cosine"].get<double>());

    // The distances are those of `espalier distance`.
    const auto distances =
        nlohmann::json::parse(check_succeeds({"distance", a, b, "--metric", "nnstd,jaccard", "--json"}));
    CHECK(pair["nnstd"].get<double>() == Approx(distances[0]["mean"][0][1].get<double>()));
    CHECK(pair["jaccard"].get<double>() == Approx(distances[1]["mean"][0][1].get<double>()));
}

TEST_CASE("tickets compare: for people", "[cli][tickets]") {
    TemporaryFolder folder;
    const std::string a = ticket(folder / "a", {"data.validation=0"});
    CHECK_THAT(check_succeeds({"tickets", "compare", a, a + "@first"}),
               Contains("accuracy barrier") && Contains("aligned") && Contains("nnstd"));
    CHECK_THAT(check_succeeds({"tickets", "compare", a + "/run.h5@all", "--no-align", "--points", "3"}),
               Contains("0 " + a) && Contains("loss barrier") && !Contains("aligned"));
}

TEST_CASE("tickets compare: residual networks, whose distance follows their streams", "[cli][tickets]") {
    TemporaryFolder folder;
    const std::vector<std::string> model = {"model.kind=cifar_resnet_8_4", "model.hidden=[300,100]", "model.dropout=0",
                                            "sparsity.dense_layers=[]"};
    const std::string a = ticket(folder / "a", model);
    const auto json = nlohmann::json::parse(
        check_succeeds({"tickets", "compare", a, a + "@first", "--points", "3", "--recalibrate", "exact", "--json"}));
    const auto& pair = json["pairs"][0];
    CHECK((pair["nnstd"].get<double>() > 0 && pair["nnstd"].get<double>() < 1));
    CHECK(pair["loss_barrier"].is_number());
    CHECK(pair["aligned"]["loss_barrier"].is_number());
    CHECK_THAT(check_succeeds({"tickets", "compare", a, a + "@first", "--points", "3", "--recalibrate", "none"}),
               Contains("loss barrier") && !Contains("no chain"));
}

TEST_CASE("tickets compare: what cannot be compared", "[cli][tickets]") {
    TemporaryFolder folder;
    const std::string a = ticket(folder / "a");
    const std::string wide = ticket(folder / "wide", {"model.hidden=[32,20]"});
    const std::string bare = ticket(folder / "bare", {"snapshots.weights=false"});
    const std::string whole = ticket(folder / "whole", {"data.validation=0"});
    CHECK_THAT(check_fails(1, {"tickets", "compare", a, wide}),
               Contains("fc2") && Contains("16x32") && Contains("20x32"));
    CHECK_THAT(check_fails(1, {"tickets", "compare", a, bare}),
               Contains("no weights") && Contains("snapshots.weights"));
    CHECK_THAT(check_fails(1, {"tickets", "compare", a, whole}), Contains("data.validation"));
    CHECK_THAT(check_fails(2, {"tickets", "compare", whole, whole, "--part", "validation"}),
               Contains("data.validation = 0"));
    CHECK_THAT(check_fails(2, {"tickets", "compare", a}), Contains("at least 2"));
    CHECK_THAT(check_fails(2, {"tickets", "compare", a, a, "--part", "tset"}), Contains("Did you mean 'test'?"));
    CHECK_THAT(check_fails(2, {"tickets", "compare", a, a, "--recalibrate", "exactly"}),
               Contains("Did you mean 'exact'?"));
    CHECK_THAT(check_fails(2, {"tickets", "compare", a, (folder / "none").string()}), Contains("no such file"));
}

TEST_CASE("tickets compare: batch normalisation that the model has not is named", "[cli][tickets]") {
    // Of samuela/git-re-basin#3: a state dict with bn1 between fc1 and the activation is no network of this model.
    TemporaryFolder folder;
    const std::string config = (folder / "c.toml").string();
    std::ofstream(config) << "[data]\ndataset = 'digits'\n[model]\nhidden = [2]\n";
    const std::vector<float> first(2 * 64, 0.5F);
    const std::vector<float> last(10 * 2, 0.25F);
    std::vector<TensorBytes> tensors = {{"fc1.weight", "F32", {2, 64}, bytes_of(first)},
                                        {"fc1.bias", "F32", {2}, bytes_of<float>({1, 2})},
                                        {"fc2.weight", "F32", {10, 2}, bytes_of(last)},
                                        {"fc2.bias", "F32", {10}, bytes_of(std::vector<float>(10, 1.0F))}};
    write_bytes(folder / "plain.safetensors", safetensors(tensors));
    for (const char* name : {"bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"}) {
        tensors.push_back({name, "F32", {2}, bytes_of<float>({1, 1})});
    }
    tensors.push_back({"bn1.num_batches_tracked", "I64", {1}, bytes_of<std::int64_t>({5})});
    write_bytes(folder / "bn.safetensors", safetensors(tensors));
    const std::string plain = folder / "plain.safetensors";
    const std::string bn = folder / "bn.safetensors";
    check_succeeds({"tickets", "compare", plain, plain, "--config", config});
    const std::vector<std::vector<std::string>> commands = {
        {"tickets", "compare", plain, bn, "--config", config},
        {"tickets", "superpose", bn, bn, "--method", "sup_tickets", "--config", config, "--out", folder / "t.h5"},
        {"evaluate", bn, "--config", config}};
    for (const std::vector<std::string>& command : commands) {
        CHECK_THAT(check_fails(2, command), Contains(bn) && Contains("bn1.weight") && Contains("bn1.bias") &&
                                                Contains("bn1.running_mean") && Contains("bn1.running_var"));
    }
}

}  // namespace espalier::cli
