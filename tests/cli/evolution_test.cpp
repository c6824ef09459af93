#include <nlohmann/json.hpp>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/report/json.hpp>

#include "child.hpp"
#include "small_run.hpp"
#include "support.hpp"
#include "topology_commands.hpp"

namespace espalier::cli {
using namespace testing;

namespace {

/// The last R_s of the whole network that the run file has from before a step.
double exploration_rate_before(const std::string& run, std::int64_t step) {
    const hdf5::Group table = hdf5::File::open(run).root().group("metrics").group("topology");
    const auto steps = table.dataset("step").read<std::int64_t>();
    const auto layers = table.dataset("layer").read<std::int64_t>();
    const auto rates = table.dataset("exploration_rate").read<double>();
    double last = 0;
    for (std::size_t k = 0; k < steps.size(); ++k) {
        if (layers[k] == -1 && steps[k] < step) last = rates[k];
    }
    return last;
}

}  // namespace

TEST_CASE("metrics --metric evolution: a run with a snapshot an update has the run's own R_s", "[cli][evolution]") {
    const TemporaryFolder folder;
    check_succeeds(small_run(folder / "run", {"--set", "snapshots.every=7it", "--set", "sparsity.update_every=7it",
                                              "--set", "training.epochs=4", "--json"}));
    const std::string run = (folder / "run" / "run.h5").string();
    const report::Json all =
        report::Json::parse(check_succeeds({"metrics", run, "--metric", "evolution,degree", "--json"}));
    REQUIRE(all.size() == 1);
    CHECK(all[0]["topology"] == run);
    CHECK(all[0]["network"]["degree"].contains("inputs"));
    const report::Json network = all[0]["network"]["evolution"];
    REQUIRE(network["steps"].size() == 13);  // 84 steps
    CHECK(network["steps"][12] == 84);
    CHECK(network["turnover"][0].is_null());
    for (std::size_t k = 0; k < 13; ++k) {
        const double expected =
            exploration_rate_before(run, network["steps"][k].get<std::int64_t>() + (k == 0 ? 1 : 0));
        CHECK(network["exploration_rate"][k].get<double>() == Approx(expected).epsilon(1e-12));
    }
    const report::Json layer = all[0]["layers"][0]["evolution"];
    CHECK(layer["survival"].size() == 13);
    CHECK(layer["survival"][0] == 1);
    CHECK(layer["survival"][12].get<double>() < 1);
}

TEST_CASE("metrics --metric evolution: as text, CSV, and of a topology file", "[cli][evolution]") {
    const TemporaryFolder folder;
    const std::string file = two_topologies(folder);  // of fc1's three edges one stays, and one is new
    const std::string text = check_succeeds({"metrics", file, "--metric", "evolution"});
    CHECK_THAT(text, Contains("evolution.half_life") && Contains("network: evolution") && Contains("survival_by_lag"));
    const std::string csv =
        check_succeeds({"metrics", file + "@all", "--metric", "evolution", "--csv", "--layers", "fc1"});
    CHECK_THAT(
        csv, Contains("fc1,evolution.survival.1,0.3333333333333333,\n") && Contains("fc1,evolution.turnover.1,0.5,\n"));
    const report::Json json = report::Json::parse(
        check_succeeds({"metrics", file, "--metric", "evolution", "--set", "evolution.distance=hamming", "--set",
                        "evolution.track=density", "--json"}));
    CHECK(json[0]["layers"][0]["evolution"]["half_life"].get<double>() == Approx(0.75));
    CHECK(json[0]["layers"][0]["evolution"]["distance_from_start"][1] == 0.5);
    CHECK(json[0]["layers"][0]["evolution"]["density"] == report::Json({0.5, 1.0 / 3.0}));
    CHECK(json[0]["layers"][1]["evolution"]["half_life_reason"] == "more than half is still there at the end");
}

TEST_CASE("metrics --metric evolution: what is no series", "[cli][evolution]") {
    const TemporaryFolder folder;
    const std::string file = two_topologies(folder);
    CHECK_THAT(check_fails(2, {"metrics", file + "@first", "--metric", "evolution"}), Contains("names one snapshot"));
    CHECK_THAT(check_fails(2, {"metrics", file, "--metric", "evolutio"}), Contains("Did you mean 'evolution'?"));
    CHECK_THAT(check_fails(2, {"metrics", file, "--metric", "evolution", "--set", "evolution.track=x"}),
               Contains("metric 'x' is not known"));
    CHECK_THAT(check_fails(2, {"metrics", "none.h5", "--metric", "evolution"}), Contains("no such file"));
    topology::write_topology_file(folder / "one.h5",
                                  {{.label = "only", .layers = {{"fc1", {1, 2}, pattern({{1, 1}}), {}}}}});
    CHECK_THAT(check_fails(1, {"metrics", (folder / "one.h5").string(), "--metric", "evolution"}),
               Contains("one snapshot; a series has two or more"));
}

}  // namespace espalier::cli
