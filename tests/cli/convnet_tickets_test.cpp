#include <cmath>
#include <fstream>

#include <espalier/report/json.hpp>

#include "cli/child.hpp"
#include "support.hpp"

// Everything that is done with tickets, done with a residual network of images that has batch normalisation.

namespace espalier::cli {
using namespace testing;
namespace {

constexpr const char* narrow_resnet = R"(name = "narrow"
data = {dataset = "digits", validation = 0.1}
model.kind = "cifar_resnet_8_4"
optimizer.learning_rate = 0.05
training = {epochs = 4, batch_size = 64}
)";

std::string narrow_base(const TemporaryFolder& folder) {
    const std::string file = (folder / "base.toml").string();
    std::ofstream(file) << narrow_resnet;
    return file;
}

report::Json asked(std::vector<std::string> command) {
    command.emplace_back("--json");
    return report::Json::parse(check_succeeds(command));
}

std::string narrow_run(const TemporaryFolder& folder, const std::string& name, std::vector<std::string> settings) {
    const std::string out = (folder / name).string();
    std::vector<std::string> command = {"run", narrow_base(folder), "--out", out, "--threads", "1", "--json"};
    for (const std::string& setting : settings) command.insert(command.end(), {"--set", setting});
    check_succeeds(command);
    return out;
}

}  // namespace

TEST_CASE("tickets of convnets: pruning with rewinding, its controls, and Lottery Pools of the chain",
          "[cli][tickets]") {
    const TemporaryFolder folder;
    narrow_base(folder);
    const std::string lottery = (folder / "lot.toml").string();
    std::ofstream(lottery) << "name = \"lot\"\nbase = \"base.toml\"\nseeds = [0]\n[find]\nmethod = \"imp\"\nrewind = "
                              "\"10it\"\nlevels = 2\nfraction = 0.4\ncontrols = [\"random_reinit\", \"random_mask\"]\n";
    const std::string out = (folder / "lot").string();
    const report::Json found = asked({"tickets", "find", lottery, "--out", out, "--threads", "1"});
    REQUIRE(found["runs"].size() == 7);
    for (const report::Json& run : found["runs"]) {
        CHECK(run["status"] == "finished");
        const int level = run["level"].get<int>();
        CHECK(std::abs(run["density"].get<double>() - std::pow(0.6, level)) < 2e-3);
        CHECK(run["test_accuracy"].get<double>() > 0.5);
    }
    const std::string pool = (folder / "pool.h5").string();
    const report::Json pooled =
        asked({"tickets", "superpose", out + "/lot-s0/level-00/run.h5", out + "/lot-s0/level-01/run.h5",
               out + "/lot-s0/level-02/run.h5", "--method", "lottery_pools", "--target", "0", "--out", pool});
    // What the search takes is never worse on validation than its target.
    CHECK(pooled["validation_accuracy"].get<double>() >= pooled["members"][0]["validation_accuracy"].get<double>());
    const report::Json again = asked({"evaluate", pool});
    CHECK(again["test_accuracy"] == pooled["test_accuracy"]);
}

TEST_CASE("tickets of convnets: cheap tickets of one run are averaged, and vote", "[cli][tickets]") {
    const TemporaryFolder folder;
    const std::vector<std::string> host = {"sparsity.method=rigl", "sparsity.density=0.3", "sparsity.update_every=10it",
                                           "tickets.share=0.5",    "tickets.length=1ep",   "training.epochs=6"};
    std::vector<std::string> sup = host;
    sup.emplace_back("tickets.method=sup_tickets");
    std::vector<std::string> edst = host;
    edst.emplace_back("tickets.method=edst");
    const std::string out = (folder / "one.h5").string();
    const report::Json averaged =
        asked({"tickets", "superpose", narrow_run(folder, "sup", sup), "--method", "sup_tickets", "--out", out});
    CHECK(averaged["members"].size() == 4);
    CHECK(std::abs(averaged["density"].get<double>() - 0.3) < 1e-3);
    CHECK(averaged["test_accuracy"].get<double>() > 0.5);
    const report::Json voted = asked({"tickets", "ensemble", narrow_run(folder, "edst", edst) + "/run.h5@tickets"});
    CHECK(voted["members"].size() == 3);
    CHECK(voted["disagreement"].get<double>() > 0.0);
    CHECK(voted["test_accuracy"].get<double>() > 0.5);
}

TEST_CASE("tickets of convnets: alignment lowers the barrier between independent residual networks", "[cli][tickets]") {
    const TemporaryFolder folder;
    std::vector<std::string> runs;
    for (const char* seed : {"0", "1"}) {
        runs.push_back(narrow_run(folder, std::string("s") + seed,
                                  {"sparsity.method=set", "sparsity.density=0.5", "sparsity.update_every=10it",
                                   std::string("seed=") + seed, "training.epochs=6"}));
    }
    const report::Json pair = asked({"tickets", "compare", runs[0], runs[1], "--points", "5"})["pairs"][0];
    CHECK(pair["aligned"]["loss_barrier"].get<double>() < pair["loss_barrier"].get<double>());
    CHECK(pair["aligned"]["cosine"].get<double>() > pair["cosine"].get<double>() + 0.1);
    const std::string out = (folder / "soup.h5").string();
    const report::Json soup =
        asked({"tickets", "superpose", runs[0], runs[1], "--method", "uniform_soup", "--align", "--out", out});
    CHECK(std::abs(soup["density"].get<double>() - 0.5) < 1e-3);
    CHECK(soup["members"][1]["moved_units"].get<int>() > 0);
    // Statistics were taken anew: without, the merged network would not be what the file says.
    CHECK(asked({"evaluate", out})["test_accuracy"] == soup["test_accuracy"]);
}

}  // namespace espalier::cli
