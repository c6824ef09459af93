#include <fstream>

#include <espalier/training/run/run_summary.hpp>

#include "cli/child.hpp"
#include "support.hpp"

namespace espalier::plugin {
using namespace testing;
namespace {

std::string library(const std::string& name) {
    return std::string(ESPALIER_TEST_PLUGINS) + "/" + name + ".so";
}

/// A small configuration on the digits, with what else it says.
std::string config_in(const TemporaryFolder& folder, const std::string& name, const std::string& more) {
    const std::string file = (folder / (name + ".toml")).string();
    std::ofstream(file) << "name = \"" << name
                        << "\"\n[data]\ndataset = \"digits\"\n[model]\nhidden = [16]\n[sparsity]\nmethod = \"rigl\"\n"
                           "density = 0.3\nupdate_every = \"4it\"\n[training]\nepochs = 3\n"
                        << more;
    return file;
}

std::vector<std::string> run_words(const TemporaryFolder& folder, const std::string& config, const std::string& plugin,
                                   const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"run", config, "--plugin", library(plugin), "--out", (folder / "run").string()};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

TEST_CASE("plug-in: rules, loss and callback by name in a TOML, metric and distance on the command line", "[plugin]") {
    const TemporaryFolder folder;
    const std::string config = config_in(folder, "all", "loss = \"brier\"\ncallbacks = [\"stop_at_half\"]\n");
    const std::vector<std::string> rules = {"--set", "sparsity.drop_rule=relative_magnitude", "--set",
                                            "sparsity.grow_rule=small_neurons"};
    check_succeeds(run_words(folder, config, "example", rules));
    const std::string run = (folder / "run" / "run.h5").string();
    CHECK_THAT(check_succeeds({"metrics", run, "--plugin=" + library("example"), "--metric", "largest_degree"}),
               Contains("largest_degree"));
    CHECK_THAT(
        check_succeeds({"distance", run + "@first", run, "--metric", "edge_counts", "--plugin", library("example")}),
        Contains("edge_counts"));
    CHECK_THAT(check_fails(2, {"metrics", run, "--metric", "largest_degree"}), Contains("not known"));
    CHECK_THAT(espalier({"inspect", run}).out, Contains("needs --plugin FILE"));
    CHECK_THAT(espalier({"inspect", run}, {"ESPALIER_PLUGINS=" + library("example")}).out,
               !Contains("needs --plugin FILE"));
}

TEST_CASE("plug-in: equal bits for any number of threads, and when resumed", "[plugin]") {
    const TemporaryFolder folder;
    const std::string config = config_in(folder, "bits", "");
    const auto digest = [&](const std::string& out, const std::string& threads) {
        check_succeeds({"run", config, "--plugin", library("example"), "--out", (folder / out).string(), "--threads",
                        threads, "--set", "sparsity.drop_rule=relative_magnitude", "--set",
                        "sparsity.grow_rule=small_neurons"});
        return check_succeeds({"metrics", (folder / out / "run.h5").string() + "@all", "--metric",
                               "singular_values,weighted_gap", "--csv", "--layers", "0"});
    };
    const std::string one = digest("one", "1");
    std::string two = digest("two", "2");
    for (std::size_t at = two.find("/two/"); at != std::string::npos; at = two.find("/two/"))
        two.replace(at, 5, "/one/");
    CHECK(one == two);
}

TEST_CASE("plug-in: a callback ends a run, which can go on", "[plugin]") {
    const TemporaryFolder folder;
    const std::string config = config_in(folder, "stopped", "callbacks = [\"stop_at_half\"]\n");
    const std::vector<std::string> longer = {"--set", "training.epochs=40"};
    const Outcome stopped = espalier(run_words(folder, config, "example", longer));
    CHECK(stopped.status == 130);
    CHECK_THAT(stopped.err, Contains("ended by callback 'stop_at_half' after epoch"));
    std::vector<std::string> more = longer;
    more.emplace_back("--resume");
    const Outcome again = espalier(run_words(folder, config, "example", more));
    CHECK(again.status == 130);
    CHECK_THAT(again.out, Contains("interrupted"));
}

TEST_CASE("plug-in: a sweep's runs know it too", "[plugin]") {
    const TemporaryFolder folder;
    const std::string config = config_in(folder, "base", "");
    const std::string sweep = (folder / "sweep.toml").string();
    std::ofstream(sweep) << "name = \"rules\"\nbase = \"base.toml\"\n[grid]\n\"sparsity.drop_rule\" = [\"magnitude\", "
                            "\"relative_magnitude\"]\n";
    check_succeeds(
        {"sweep", sweep, "--plugin", library("example"), "--out", (folder / "runs").string(), "--jobs", "2"});
}

TEST_CASE("plug-in: what cannot be loaded is refused in one line", "[plugin]") {
    const TemporaryFolder folder;
    const std::string config = config_in(folder, "none", "");
    const auto refused = [&](const std::string& file) {
        return check_fails(2, {"run", config, "--plugin", file, "--out", (folder / "run").string()});
    };
    CHECK_THAT(refused("/nowhere/mine.so"), Contains("there is no such file"));
    CHECK_THAT(refused(config), Contains("cannot be loaded"));
    CHECK_THAT(refused(library("other_interface")), Contains("interface 999") && Contains("compile it"));
    CHECK_THAT(refused(library("throwing")), Contains("no licence today"));
    CHECK_THAT(refused(library("taken_name")), Contains("drop rule magnitude") && Contains("of this name"));
    CHECK_THAT(check_fails(2, {"run", config, "--set", "sparsity.drop_rule=mine"}), Contains("--plugin FILE"));
    CHECK_THAT(check_fails(2, {"run", config, "--set", "training.callbacks=[\"mine\"]"}), Contains("--plugin FILE"));
    CHECK_FALSE(std::filesystem::exists(folder / "run"));
}

TEST_CASE("plug-in: a sweep says which function failed, by the run file", "[plugin]") {
    const TemporaryFolder folder;
    config_in(folder, "base", "");
    const std::string sweep = (folder / "sweep.toml").string();
    std::ofstream(sweep) << "name = \"rules\"\nbase = \"base.toml\"\n[grid]\n\"sparsity.drop_rule\" = [\"magnitude\", "
                            "\"throwing\"]\n";
    const std::vector<std::string> words = {
        "sweep", sweep, "--plugin", library("failing"), "--out", (folder / "runs").string(), "--json"};
    for (const bool again : {false, true}) {
        INFO(again);
        const Outcome outcome = espalier(words);
        CHECK(outcome.status == 1);
        CHECK_THAT(outcome.err, Contains("1 of 2 runs failed") && Contains("drop rule 'throwing': tired"));
        for (const auto& run : std::filesystem::directory_iterator(folder / "runs")) {
            std::filesystem::remove(run.path() / "log.txt");  // the run file says it, too
        }
    }
}

TEST_CASE("plug-in: a function that fails ends the work and names itself", "[plugin]") {
    const TemporaryFolder folder;
    const std::string config = config_in(folder, "failing", "");
    const auto fails = [&](const std::string& setting) {
        return espalier(run_words(folder, config, "failing", {"--set", setting, "--force"}));
    };
    const Outcome drop = fails("sparsity.drop_rule=throwing");
    CHECK(drop.status == 1);
    CHECK(drop.err ==
          "espalier: drop rule 'throwing': tired; the run is marked failed, and can be resumed from its last "
          "checkpoint\n");
    const training::RunSummary failed = training::read_run_summary(folder / "run" / "run.h5");
    CHECK(failed.status == "failed");
    CHECK(failed.results.at("failure") == hdf5::Attribute(std::string("drop rule 'throwing': tired")));
    CHECK_FALSE(failed.metrics.at("eval").empty());
    CHECK_THAT(fails("sparsity.grow_rule=negative").err, Contains("grow rule 'negative': a score is negative"));
    CHECK_THAT(fails("training.loss=endless").err, Contains("the loss is not a finite number"));
    check_succeeds({"run", config, "--out", (folder / "fine").string()});
    const std::string run = (folder / "fine" / "run.h5").string();
    CHECK_THAT(check_succeeds({"metrics", run, "--plugin", library("failing"), "--metric", "nothing", "--json"}),
               Contains("the plug-in gives no finite number"));
    CHECK_THAT(check_fails(1, {"distance", run, run, "--plugin", library("failing"), "--metric", "unset"}),
               Contains("distance 'unset': a distance is not finite"));
}

}  // namespace
}  // namespace espalier::plugin
