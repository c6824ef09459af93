#include <cmath>

#include <nlohmann/json.hpp>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/report/json.hpp>
#include <espalier/tickets/ticket_evaluation.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

/// A few epochs of chase on a small residual network.
std::string chase_run(const std::filesystem::path& folder, const std::vector<std::string>& settings = {}) {
    std::vector<std::string> all = {
        "model.kind=cifar_resnet_8_4",
        "sparsity.method=chase",
        "sparsity.density=0.4",
        "sparsity.update_every='7it'",
        "sparsity.channel_every='14it'",
        "sparsity.channel_share=0.5",
        "training.epochs=5",
        "training.checkpoint_every='5ep'",
        "snapshots.every=0",
        "model.dropout=0",
        "model.hidden=[300,100]"};  // what images leave without effect is as it is by default
    all.insert(all.end(), settings.begin(), settings.end());
    std::vector<std::string> more;
    for (const std::string& setting : all) more.insert(more.end(), {"--set", setting});
    check_succeeds(small_run(folder, more));
    return folder.string();
}

report::Json evaluated_with_logits(const std::string& network, const std::string& file, std::vector<float>& logits) {
    const report::Json found =
        report::Json::parse(check_succeeds({"evaluate", network, "--json", "--logits", file, "--force"}));
    for (const double v : open_tensor_file(file).read("logits").to_doubles()) logits.push_back(static_cast<float>(v));
    return found;
}

}  // namespace

TEST_CASE("export structured: the rebuilt network is read as any other, and its outputs are the same",
          "[cli][structured]") {
    TemporaryFolder folder;
    const std::string run = chase_run(folder / "run");
    std::vector<float> before;
    const report::Json known = evaluated_with_logits(run, folder / "before.npz", before);
    for (const bool keeps : {false, true}) {
        INFO(keeps);
        const std::string out = folder / (keeps ? "masks.h5" : "dense.h5");
        std::vector<std::string> command = {"export", run, "--structured", "--out", out, "--json"};
        if (keeps) command.push_back("--keep-masks");
        const report::Json said = report::Json::parse(check_succeeds(command));
        CHECK(said["output_difference"].get<double>() <= 1e-6);
        CHECK(said["after"]["multiply_adds"].get<std::size_t>() < said["dense"]["multiply_adds"].get<std::size_t>());
        const auto parameters = said["after"]["parameters"].get<std::size_t>();
        CHECK(parameters < said["dense"]["parameters"].get<std::size_t>());
        if (keeps) CHECK(parameters <= said["before"]["parameters"].get<std::size_t>());
        CHECK(said["before"]["batch_seconds"].get<double>() > 0.0);
        std::size_t channels = 0;
        std::size_t channels_before = 0;
        for (const report::Json& layer : said["layers"]) {
            if (!layer["name"].get<std::string>().ends_with("conv1")) continue;
            channels += layer["shape"][0].get<std::size_t>();
            channels_before += layer["shape_before"][0].get<std::size_t>();
        }
        CHECK(channels_before == 28);
        CHECK(channels <= 14);
        std::vector<float> after;
        const report::Json found = evaluated_with_logits(out, folder / "after.npz", after);
        CHECK(found["test_accuracy"] == known["test_accuracy"]);
        REQUIRE(after.size() == before.size());
        float largest = 0.0F;
        float worst = 0.0F;
        for (std::size_t k = 0; k < after.size(); ++k) {
            largest = std::max(largest, std::abs(before[k]));
            worst = std::max(worst, std::abs(after[k] - before[k]));
        }
        CHECK(worst <= 2e-5F * largest);  // in single precision
        CHECK_THAT(check_succeeds({"inspect", out}), Contains("blocks.0.conv1"));
        // What is rebuilt has nothing more to lose, and goes out to PyTorch as any network.
        const report::Json again = report::Json::parse(
            check_succeeds({"export", out, "--structured", "--out", folder / "again.h5", "--force", "--json"}));
        for (const report::Json& layer : again["layers"]) CHECK(layer["shape"] == layer["shape_before"]);
        const Outcome plain =
            espalier({"export", out, "--format", "state-dict", "--out", folder / "net.npz", "--force"});
        CHECK(plain.status == 0);
        CHECK_THAT(plain.err, Contains("does not hold which layers feed which"));
    }
    const std::string words = check_succeeds({"export", run, "--structured", "--out", folder / "words.h5"});
    CHECK_THAT(words, Contains("rebuilt") && Contains("multiply-adds") && Contains("written to"));
}

TEST_CASE("export structured: running statistics are taken anew behind the comparison, and nothing else changes",
          "[cli][structured][recalibration]") {
    TemporaryFolder folder;
    const std::string run = chase_run(folder / "run");
    const auto exported = [&](const std::string& how, const std::vector<std::string>& more = {}) {
        std::vector<std::string> command = {"export", run, "--structured", "--out", folder / (how + ".h5"), "--json"};
        command.insert(command.end(), more.begin(), more.end());
        return report::Json::parse(check_succeeds(command));
    };
    const auto network = [&](const std::string& how) {
        return tickets::read_tickets({folder / (how + ".h5")}).front().network;
    };
    const report::Json plain = exported("none");
    CHECK_FALSE(plain.contains("recalibrated"));
    const topology::StoredNetwork before = network("none");
    for (const char* how : {"batches", "exact"}) {
        INFO(how);
        const report::Json said = exported(how, {"--recalibrate", how});
        CHECK(said["output_difference"].get<double>() <= 1e-6);
        CHECK(said["recalibrated"]["how"] == how);
        const auto accuracy = [&](const std::string& file) {
            return report::Json::parse(check_succeeds({"evaluate", folder / (file + ".h5"), "--json"}))["test_accuracy"]
                .get<double>();
        };
        CHECK(said["recalibrated"]["test_accuracy"].get<double>() == accuracy(how));
        CHECK(said["recalibrated"]["test_accuracy_before"].get<double>() == accuracy("none"));
        const topology::StoredNetwork after = network(how);
        REQUIRE(after.parameters.size() == before.parameters.size());
        std::size_t changed = 0;
        for (std::size_t k = 0; k < after.parameters.size(); ++k) {
            const bool is_statistic = after.parameters[k].name.starts_with("running");
            const bool is_same = after.parameters[k].values == before.parameters[k].values;
            CHECK((is_statistic || is_same));
            changed += is_same ? 0 : 1;
        }
        CHECK(changed > 0);
        // Statistics of the rebuilt network taken once more are the same: they are its own.
        const tickets::Ticket rebuilt = tickets::read_tickets({folder / (std::string(how) + ".h5")}).front();
        const topology::StoredNetwork again =
            tickets::Evaluation(rebuilt.config).recalibrated(after, tickets::parse_recalibration(how));
        for (std::size_t k = 0; k < after.parameters.size(); ++k)
            CHECK(again.parameters[k].values == after.parameters[k].values);
    }
    const std::string words =
        check_succeeds({"export", run, "--structured", "--out", folder / "words.h5", "--recalibrate", "batches"});
    CHECK_THAT(words, Contains("running statistics taken anew (batches): test accuracy"));
    const std::string plain_run = folder / "plain";
    check_succeeds(small_run(plain_run, {"--set", "training.epochs=1", "--set", "training.checkpoint_every='1ep'"}));
    CHECK_THAT(
        check_fails(2, {"export", plain_run, "--structured", "--out", folder / "p.h5", "--recalibrate", "exact"}),
        Contains("has no batch normalisation"));
    CHECK_THAT(check_fails(2, {"export", run, "--structured", "--out", folder / "q.h5", "--recalibrate", "often"}),
               Contains("recalibration 'often'"));
    CHECK_THAT(check_fails(2, {"export", run, "--recalibrate", "exact", "--format", "npz", "--out", folder / "m.npz"}),
               Contains("--recalibrate belongs to --structured"));
    CHECK_FALSE(std::filesystem::exists(folder / "p.h5"));
}

TEST_CASE("export structured: neurons of a perceptron go, too", "[cli][structured]") {
    TemporaryFolder folder;
    const std::string run = folder / "run";
    check_succeeds(small_run(run, {"--set", "sparsity.density=0.02", "--set", "training.epochs=2", "--set",
                                   "training.checkpoint_every='2ep'"}));
    const report::Json said = report::Json::parse(
        check_succeeds({"export", run, "--structured", "--out", folder / "small.h5", "--json", "--batch", "16"}));
    CHECK(said["batch"] == 16);
    CHECK(said["layers"][0]["shape"][0].get<std::size_t>() < 32);
    const auto accuracy = [&](const std::string& network) {
        return report::Json::parse(check_succeeds({"evaluate", network, "--json"}))["test_accuracy"];
    };
    CHECK(accuracy(folder / "small.h5") == accuracy(run));
}

TEST_CASE("export structured: what does not go together is refused before anything is written", "[cli][structured]") {
    TemporaryFolder folder;
    const std::string run = folder / "run";
    check_succeeds(small_run(run, {"--set", "training.epochs=1", "--set", "training.checkpoint_every='1ep'"}));
    const std::string out = folder / "x.h5";
    const auto refused = [](const std::vector<std::string>& arguments) { return check_fails(2, arguments); };
    CHECK_THAT(refused({"export", run, "--structured", "--out", folder / "x.npz"}), Contains("FILE.h5"));
    CHECK_THAT(refused({"export", run, "--structured", "--format", "npz", "--out", out}), Contains("--format"));
    CHECK_THAT(refused({"export", run, "--structured", "--layers", "first", "--out", out}), Contains("--layers"));
    CHECK_THAT(refused({"export", run, "--keep-masks", "--format", "npz", "--out", folder / "m.npz"}),
               Contains("--structured"));
    CHECK_THAT(refused({"export", run, "--out", folder / "m.npz"}), Contains("--format is missing"));
    CHECK_FALSE(std::filesystem::exists(out));
}

TEST_CASE("export merged: SLaK's parallel kernels become one each, with the same outputs", "[cli][structured]") {
    TemporaryFolder folder;
    const std::string run = folder / "run";
    const std::vector<std::string> settings = {"model.kind=slak_1_1",
                                               "model.width=6",
                                               "model.kernels=[5,9]",
                                               "model.layer_scale=0.5",
                                               "sparsity.method=slak",
                                               "sparsity.density=0.6",
                                               "sparsity.update_every='7it'",
                                               "training.epochs=2",
                                               "training.weight_average=0.9",
                                               "optimizer.kind=adamw",
                                               "optimizer.learning_rate=0.004",
                                               "optimizer.momentum=0.9",
                                               "snapshots.every=0",
                                               "model.dropout=0",
                                               "model.hidden=[300,100]"};
    std::vector<std::string> more;
    for (const std::string& setting : settings) more.insert(more.end(), {"--set", setting});
    const auto noticed = [](const std::vector<std::string>& arguments) {
        const Outcome made = testing::espalier(arguments);
        CHECK(made.status == 0);
        return made.err;
    };
    CHECK_THAT(noticed(small_run(run, more)),
               Contains("weights averaged over the steps") && Contains("dense enough to stay dense"));
    std::vector<float> before;
    evaluated_with_logits(run, folder / "before.npz", before);
    const std::string out = folder / "merged.h5";
    const report::Json said =
        report::Json::parse(check_succeeds({"export", run, "--merge-kernels", "--out", out, "--json"}));
    CHECK(said["format"] == "merged");
    CHECK(said["merged_kernels"] == 5);  // in the first stage a kernel of 5 has no small one beside it
    CHECK(said["layers"].size() == 2);
    CHECK(said["layers"][1]["shape"] == report::Json({12, 1, 9, 9}));
    CHECK(said["output_difference"].get<double>() <= 1e-6);
    std::vector<float> after;
    evaluated_with_logits(out, folder / "after.npz", after);
    REQUIRE(after.size() == before.size());
    for (std::size_t k = 0; k < after.size(); ++k) CHECK(after[k] == Approx(before[k]).margin(1e-3));
    CHECK_THAT(check_succeeds({"export", run, "--merge-kernels", "--out", out, "--force"}),
               Contains("kernels became 2"));
    CHECK_THAT(check_fails(2, {"export", run, "--merge-kernels", "--structured", "--out", out, "--force"}),
               Contains("two exports"));
    CHECK_THAT(check_fails(2, {"export", run, "--merge-kernels", "--keep-masks", "--out", out, "--force"}),
               Contains("--keep-masks does not go with --merge-kernels"));
    CHECK_THAT(check_fails(2, {"export", run, "--merge-kernels", "--out", folder / "x.npz"}), Contains("FILE.h5"));
    CHECK_THAT(check_fails(2, {"export", out, "--merge-kernels", "--out", folder / "again.h5"}),
               Contains("nothing to merge"));
    CHECK_THAT(check_fails(2, {"export", run, "--merge-kernels", "--unaveraged", "--out", out, "--force"}),
               Contains("--unaveraged does not go with --merge-kernels"));

    const std::string trained = folder / "trained.npz";
    const std::string averaged = folder / "averaged.npz";
    CHECK_THAT(noticed({"export", run, "--format", "state-dict", "--out", averaged}),
               Contains("--unaveraged gives those that training goes on from"));
    CHECK_THAT(noticed({"export", run, "--format", "state-dict", "--unaveraged", "--out", trained}),
               !Contains("--unaveraged gives"));
    CHECK(open_tensor_file(trained).read("head.weight").to_doubles() !=
          open_tensor_file(averaged).read("head.weight").to_doubles());
}

}  // namespace espalier::cli
