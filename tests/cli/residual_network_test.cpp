#include <filesystem>

#include <nlohmann/json.hpp>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/report/json.hpp>

#include "child.hpp"
#include "small_run.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

const std::vector<std::string> residual = {"--set", "model.kind=residual_mlp",       "--set", "model.hidden=[32, 24]",
                                           "--set", "model.normalisation=batch_norm"};

/// The arguments, and what makes the model a residual one.
std::vector<std::string> with_model(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), residual.begin(), residual.end());
    return arguments;
}

/// Its configuration lies beside the folder, without the model's settings.
std::string residual_run(const std::filesystem::path& folder, const std::string& seed = "3") {
    check_succeeds(small_run(folder, with_model({"--set", "training.epochs=2", "--set", "seed=" + seed})));
    return folder.string();
}

}  // namespace

TEST_CASE("residual network: metrics follow its stream, a joint matching says that its layers are no chain",
          "[cli][residual]") {
    const TemporaryFolder folder;
    const std::string a = residual_run(folder / "a");
    const std::string b = residual_run(folder / "b", "4");
    for (const std::string metric :
         {"path_centrality", "path_kernel_trace", "max_flow", "reachability", "copeland", "compatibility",
          "betweenness", "density", "effective", "neurons", "ramanujan_gap", "imdb", "degree", "components"}) {
        INFO(metric);
        const Outcome found = espalier({"metrics", "--metric", metric, a});
        CHECK(found.status == 0);
        CHECK_THAT(found.out + found.err, !Contains("no chain"));
    }
    CHECK_THAT(check_fails(1, {"distance", "--metric", "nnstd_joint", a, b}), Contains("no chain"));
    CHECK_THAT(check_fails(1, {"distance", "--metric", "cosine", "--set", "cosine.align=nnstd_joint", a, b}),
               Contains("no chain"));
    check_succeeds({"distance", "--metric", "nnstd,cosine,l2,nnstd_layerwise,jaccard,hamming", a, b});
    const report::Json same = report::Json::parse(check_succeeds({"distance", "--metric", "nnstd", a, a, "--json"}));
    CHECK(same[0]["mean"][0][1] == 0);
    // One block alone is a chain.
    check_succeeds({"distance", "--layers", "block1.fc1,block1.fc2", a, b});
}

TEST_CASE("residual network: tickets of it keep how its layers hang together", "[cli][residual]") {
    const TemporaryFolder folder;
    const std::string a = residual_run(folder / "a");
    const std::string b = residual_run(folder / "b", "4");
    const std::string out = folder / "both.h5";
    check_succeeds({"tickets", "superpose", "--method", "cia", a, b, "--out", out});
    const auto paths = [](const std::string& file) {
        const std::string text = check_succeeds({"metrics", "--metric", "effective", file, "--json"});
        return report::Json::parse(text)[0]["network"]["effective"]["paths"].get<double>();
    };
    CHECK(paths(out) > 0);
    check_succeeds({"tickets", "superpose", "--method", "cia", "--align", a, b, "--out", folder / "aligned.h5"});
    const std::string copy = folder / "copy.h5";
    check_succeeds({"import", a + "/run.h5", "--out", copy});
    CHECK(paths(copy) == paths(a));
}

TEST_CASE("residual network: exported as a state dict and scored again it has the run's accuracy", "[cli][residual]") {
    const TemporaryFolder folder;
    const std::string run = residual_run(folder / "run");
    const std::string out = folder / "net.safetensors";
    const Outcome exported = espalier({"export", run, "--format", "state-dict", "--out", out});
    CHECK(exported.status == 0);
    CHECK_THAT(exported.err, Contains("does not hold which layers feed which"));
    CHECK_THAT(espalier({"export", run, "--format", "npz", "--out", folder / "masks.npz"}).err,
               Contains("count as a chain"));
    const report::Json own = report::Json::parse(check_succeeds({"evaluate", run, "--json"}));
    const Outcome outcome = espalier(with_model({"evaluate", out, "--config", run + ".toml", "--json"}));
    CHECK_THAT(outcome.err, Contains("in the order of the file, stem.weight, block1.fc1.weight"));
    const report::Json again = report::Json::parse(outcome.out);
    CHECK(own["test_accuracy"].is_number());
    CHECK(own["test_accuracy"] == again["test_accuracy"]);
    CHECK(own["test_loss"] == again["test_loss"]);
    CHECK(own["test_accuracy"].get<double>() ==
          hdf5::File::open(run + "/run.h5").root().attribute_as<double>("test_accuracy"));
}

TEST_CASE("residual network: inspect lists its layers with their numbers", "[cli][residual]") {
    const TemporaryFolder folder;
    const std::string run = residual_run(folder / "run");
    CHECK_THAT(check_succeeds({"inspect", run + "/run.h5"}), Contains("block1.fc2") && Contains("batch_norm"));
    const report::Json plan = report::Json::parse(check_succeeds(with_model({"inspect", run + ".toml", "--json"})));
    CHECK(plan.dump().find("block1.norm") != std::string::npos);
}

}  // namespace espalier::cli
