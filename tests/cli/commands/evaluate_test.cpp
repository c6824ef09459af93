#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/base/formats/npz.hpp>
#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/data/lookup.hpp>
#include <espalier/report/json.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "npz_builder.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

/// A short run of the small network with trained activations; what it printed.
report::Json trained(const std::filesystem::path& folder, const std::vector<std::string>& settings = {}) {
    std::vector<std::string> more = {"--json", "--set", "training.epochs=3", "--set",
                                     "training.checkpoint_every='1ep'"};
    for (const std::string& setting : settings) more.insert(more.end(), {"--set", setting});
    return report::Json::parse(check_succeeds(small_run(folder, more)));
}

report::Json evaluated(const std::string& network, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"evaluate", network, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return report::Json::parse(check_succeeds(arguments));
}

}  // namespace

TEST_CASE("evaluate: a run's network has the run's accuracy and loss", "[cli][evaluate]") {
    TemporaryFolder folder;
    for (const char* activation : {"relu", "all_relu", "srelu", "sigmoid"}) {
        INFO(activation);
        const std::string run = folder / activation;
        const report::Json result = trained(run, {std::string("model.activation=") + activation});
        const report::Json found = evaluated(run);
        CHECK(found["test_accuracy"] == result["test_accuracy"]);
        CHECK(found["test_loss"] == result["test_loss"]);
        CHECK(found["samples"] == 360);
        CHECK(found["seconds"].get<double>() >= 0.0);
        CHECK(found.size() == 4);
    }
    CHECK_THAT(check_succeeds({"evaluate", (folder / "relu").string()}),
               Contains("test accuracy") && Contains("360 of the test set of digits"));
}

TEST_CASE("evaluate: a state dict goes out and comes back the same network", "[cli][evaluate][state_dict]") {
    TemporaryFolder folder;
    const std::string run = folder / "run";
    const report::Json result = trained(run, {"model.activation=srelu"});
    const std::string config = (folder / "c.toml").string();
    std::ofstream(config) << "[data]\ndataset = 'digits'\n[model]\nhidden = [32, 16]\nactivation = 'srelu'\n";
    for (const char* name : {"net.safetensors", "net.npz"}) {
        const std::string file = folder / name;
        INFO(file);
        check_succeeds({"export", run, "--format", "state-dict", "--out", file, "--with-inputs"});
        const report::Json found = evaluated(file, {"--config", config});
        CHECK(found["test_accuracy"] == result["test_accuracy"]);
        CHECK(found["test_loss"].get<double>() == Approx(result["test_loss"].get<double>()));
        // By way of a topology file, too.
        const std::string imported = folder / (std::string(name) + ".h5");
        check_succeeds({"import", file, "--out", imported});
        CHECK(evaluated(imported, {"--config", config})["test_accuracy"] == result["test_accuracy"]);
        // And any method starts with exactly these tensors.
        for (const char* method : {"dense", "static", "set"}) {
            const std::string next = folder / (std::string(name) + method);
            const std::string text = next + ".toml";
            std::ofstream(text) << "[data]\ndataset = 'digits'\n[model]\nhidden = [32, 16]\nactivation = 'srelu'\n"
                                << "[training]\nepochs = 1\n[sparsity]\nmethod = '" << method
                                << "'\ninit = 'file:" << file << "'\ninit_weights = true\n"
                                << (std::string(method) == "set" ? "update_every = '2it'\n" : "");
            check_succeeds({"run", text, "--out", next});
            CHECK(evaluated(next + "/run.h5@first")["test_accuracy"] == result["test_accuracy"]);
        }
    }
}

TEST_CASE("evaluate: logits are in the order of the data", "[cli][evaluate]") {
    TemporaryFolder folder;
    const std::string run = folder / "run";
    const report::Json result = trained(run);
    const std::string file = folder / "logits.npz";
    check_succeeds({"evaluate", run, "--logits", file});
    const auto logits = NpzFile(file).read("logits");
    CHECK(logits.shape() == std::vector<std::size_t>{360, 10});
    CHECK_THAT(check_fails(2, {"evaluate", run, "--logits", file}), Contains("exists") && Contains("--force"));
    check_succeeds({"evaluate", run, "--logits", file, "--force"});
    CHECK_THAT(check_fails(2, {"evaluate", run, "--logits", folder / "logits.txt"}), Contains("FILE.npz"));
}

TEST_CASE("evaluate: any samples are scaled as the run's inputs were", "[cli][evaluate]") {
    TemporaryFolder folder;
    const std::string run = folder / "run";
    const report::Json result = trained(run, {"data.standardise=feature"});
    const data::Dataset digits = data::load_dataset("digits", "");
    const auto& bytes = std::get<std::vector<std::uint8_t>>(digits.test.values);
    const std::string x = npy<float>("<f4", {360, 64}, {bytes.begin(), bytes.end()});
    const std::string y = npy<std::int64_t>("<i8", {360}, {digits.test.labels.begin(), digits.test.labels.end()});
    const std::string file = folder / "test.npz";
    write_bytes(file, zip_archive({{"x.npy", x}, {"y.npy", y}}));
    const report::Json found = evaluated(run, {"--data", file});
    CHECK(found["test_accuracy"] == result["test_accuracy"]);
    CHECK(found["test_loss"] == result["test_loss"]);
    CHECK(found["samples"] == 360);

    // Without labels there are outputs alone.
    const std::string bare = folder / "bare.npz";
    write_bytes(bare, zip_archive({{"x.npy", x}}));
    const report::Json outputs = evaluated(run, {"--data", bare, "--logits", folder / "logits.npz"});
    CHECK(outputs["test_accuracy"].is_null());
    CHECK(outputs["test_accuracy_reason"].is_string());
    CHECK(outputs["test_loss"].is_null());
    CHECK(NpzFile(folder / "logits.npz").read("logits").size() == 3600);

    write_bytes(bare, zip_archive({{"x.npy", npy<float>("<f4", {2, 3}, {1, 2, 3, 4, 5, 6})}}));
    CHECK_THAT(check_fails(2, {"evaluate", run, "--data", bare}),
               Contains("have 3 features, the network takes 64") && Contains(bare));
    write_bytes(bare, zip_archive({{"x.npy", x},
                                   {"y.npy", npy<std::int64_t>("<i8", {360}, std::vector<std::int64_t>(360, 10))}}));
    CHECK_THAT(check_fails(1, {"evaluate", run, "--data", bare}), Contains(bare) && Contains("10"));
}

TEST_CASE("evaluate: batch norms folded, and samples one by one, give the same but for rounding", "[cli][evaluate]") {
    TemporaryFolder folder;
    const std::string run = folder / "run";
    const report::Json result = trained(run, {"model.normalisation=batch_norm"});
    for (const std::vector<std::string>& how :
         {std::vector<std::string>{"--fold"}, {"--batch", "1"}, {"--fold", "--batch", "7"}}) {
        const report::Json found = evaluated(run, how);
        CHECK(found["test_accuracy"] == result["test_accuracy"]);
        CHECK(found["test_loss"].get<double>() == Approx(result["test_loss"].get<double>()).epsilon(1e-5));
    }
    CHECK_THAT(check_fails(2, {"evaluate", run, "--batch", "0"}), Contains("--batch"));
    const std::string plain = folder / "plain";
    trained(plain);
    CHECK_THAT(check_fails(2, {"evaluate", plain, "--fold"}), Contains("nothing to fold"));
}

TEST_CASE("evaluate: what cannot be scored says why", "[cli][evaluate]") {
    TemporaryFolder folder;
    const std::string run = folder / "run";
    trained(run);
    const std::string file = folder / "net.safetensors";
    check_succeeds({"export", run, "--format", "state-dict", "--out", file});
    CHECK_THAT(check_fails(2, {"evaluate", file}), Contains("holds no configuration") && Contains("--config"));
    CHECK_THAT(check_fails(2, {"evaluate", run + "/run.h5@all"}), Contains("evaluate one, for instance"));
    CHECK_THAT(check_fails(2, {"evaluate", folder / "none.h5"}), Contains("no such file"));
    const std::string config = (folder / "c.toml").string();
    std::ofstream(config) << "[data]\ndataset = 'digits'\n[model]\nhidden = [32, 17]\n";
    CHECK_THAT(check_fails(2, {"evaluate", file, "--config", config}), Contains("fc2") && Contains("17"));
}

TEST_CASE("evaluate: an auto-encoder has a loss alone", "[cli][evaluate]") {
    TemporaryFolder folder;
    const std::string run = folder / "run";
    const report::Json result = trained(run, {"model.kind=autoencoder"});
    const report::Json found = evaluated(run);
    CHECK(found["test_accuracy"].is_null());
    CHECK(found["test_accuracy_reason"].is_string());
    CHECK(found["test_loss"] == result["test_loss"]);
}

}  // namespace espalier::cli
