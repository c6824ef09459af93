#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>

#include "cli/child.hpp"
#include "cli/topology_commands.hpp"

namespace espalier::cli {
using namespace testing;

TEST_CASE("metrics --json: one object a topology, by layer and for the network", "[cli][metrics]") {
    const TemporaryFolder folder;
    const std::string file = two_topologies(folder);
    const report::Json json =
        report::Json::parse(check_succeeds({"metrics", file + "@all", "--metric", "degree", "--json"}));
    REQUIRE(json.size() == 2);
    CHECK(json[0]["topology"] == file + "@first");
    const report::Json layer = json[0]["layers"][0];
    CHECK(layer["inputs"] == 3);
    CHECK(layer["outputs"] == 2);
    CHECK(layer["edges"] == 3);
    CHECK(layer["density"] == 0.5);
    CHECK(layer["degree"]["outputs"]["max"] == 2);
    CHECK(layer["degree"]["inputs"]["dead"] == 0);
    CHECK(json[0]["network"]["edges"] == 5);
    CHECK(json[0]["network"]["density"] == 5.0 / 8.0);
    CHECK_FALSE(layer.contains("connected_components"));
}

TEST_CASE("metrics: all of them, some layers, as text and CSV", "[cli][metrics]") {
    const TemporaryFolder folder;
    const std::string file = two_topologies(folder);
    CHECK_THAT(check_succeeds({"metrics", file + "@first"}),
               Contains("connected_components") && Contains("degree.inputs.mean") && Contains("network"));
    const std::string csv = check_succeeds({"metrics", file + "@first", "--metric", "edges", "--csv", "--layers", "0"});
    CHECK_THAT(csv, Contains("topology,layer,metric,value,reason\n") && Contains("000_fc1,edges,3,\n") &&
                        Contains("network,edges,3,\n") && !Contains("fc2"));
}

TEST_CASE("metrics: results do not depend on threads", "[cli][metrics]") {
    const TemporaryFolder folder;
    const std::string file = two_topologies(folder);
    CHECK(check_succeeds({"metrics", file + "@all", "--json", "--threads", "1"}) ==
          check_succeeds({"metrics", file + "@all", "--json", "--threads", "4"}));
}

TEST_CASE("metrics --work: the same in parts, which stay", "[cli][metrics]") {
    const TemporaryFolder folder;
    const std::string file = two_topologies(folder);
    const std::string work = (folder / "work").string();
    for (const char* form : {"--json", "--csv"}) {
        CHECK(check_succeeds({"metrics", file, "--metric", "degree", form, "--work", work + form}) ==
              check_succeeds({"metrics", file, "--metric", "degree", form}));
        CHECK(check_succeeds({"metrics", file, "--metric", "evolution", form, "--work", work + "series" + form}) ==
              check_succeeds({"metrics", file, "--metric", "evolution", form}));
    }
    CHECK(check_succeeds({"metrics", file, "--work", work}) == check_succeeds({"metrics", file}));
    std::string notes;
    CHECK(check_noted({"metrics", file, "--work", work}, notes) == check_succeeds({"metrics", file}));
    CHECK_THAT(notes, Contains("2 of 2 parts are there already"));
    CHECK_THAT(check_fails(2, {"metrics", file, "--metric", "degree", "--work", work}), Contains("another work"));
    topology::write_topology_file(file, {{.label = "x", .layers = {{"fc1", {1, 1}, pattern({{1}}), {}}}}});
    CHECK_THAT(check_fails(2, {"metrics", file, "--work", work}), Contains("another work") && Contains("masks.h5"));
}

TEST_CASE("metrics --null-model: z-scores beside each metric", "[cli][metrics][null]") {
    const TemporaryFolder folder;
    const std::string file = (folder / "blocks.h5").string();
    topology::write_topology_file(
        file, {{.label = "blocks",
                .layers = {{"fc1", {4, 4}, pattern({{1, 1, 0, 0}, {1, 1, 0, 0}, {0, 0, 1, 1}, {0, 0, 1, 1}}), {}}}}});
    const std::vector<std::string> command = {"metrics",      file, "--metric", "connected_components,degree",
                                              "--null-model", "50"};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), command.begin(), command.end());
        return check_succeeds(more);
    };
    const report::Json json = report::Json::parse(with({"--json"}));
    for (const report::Json& place : {json[0]["layers"][0], json[0]["network"]}) {
        const report::Json null = place["connected_components_null"];
        CHECK(null["samples"] == 50);
        CHECK(null["mean"] < 1.5);
        CHECK(null["z"] > 1.0);
        CHECK(place["degree_null"]["z"]["inputs"]["mean"].is_null());
        CHECK_THAT(place["degree_null"]["z"]["inputs"]["mean_reason"].get<std::string>(), Contains("sd is 0"));
        CHECK(place["degree_null"]["mean"]["inputs"]["mean"] == 2);
        CHECK_FALSE(place.contains("edges_null"));
    }
    CHECK(with({"--json", "--threads", "1"}) == with({"--json", "--threads", "4"}));
    CHECK(with({"--json", "--null-seed", "1"}) != with({"--json"}));
    const report::Json still = report::Json::parse(with({"--json", "--null-swaps", "0"}));
    CHECK(still[0]["network"]["connected_components_null"]["mean"] == 2);
    CHECK_THAT(with({"--csv"}), Contains("connected_components_null.z,") && Contains("degree_null.sd.inputs.std,0,\n"));
    CHECK_THAT(with({}), Contains("connected_components_null.mean"));
    CHECK_THAT(check_fails(2, {"metrics", file, "--null-model", "1"}), Contains("at least 2"));
    CHECK_THAT(check_fails(2, {"metrics", file, "--null-seed", "1"}), Contains("--null-model"));
    CHECK_THAT(check_fails(2, {"metrics", file, "--null-model", "many"}), Contains("--null-model"));
}

TEST_CASE("metrics: bad input", "[cli][metrics]") {
    const TemporaryFolder folder;
    const std::string file = two_topologies(folder);
    CHECK_THAT(check_fails(2, {"metrics", file, "--metric", "degre"}), Contains("Did you mean 'degree'?"));
    CHECK_THAT(check_fails(2, {"metrics", "none.h5"}), Contains("no such file or folder") && Contains("none.h5"));
    CHECK_THAT(check_fails(2, {"metrics", file + "@third"}), Contains("no snapshot 'third'") && Contains("second"));
    CHECK_THAT(check_fails(2, {"metrics", file, "--json", "--csv"}), Contains("excludes"));
    CHECK_THAT(check_fails(2, {"metrics", file, "--layers", "fc9"}), Contains("fc9"));
    CHECK_THAT(check_fails(2, {"metrics", file, "--orientation", "up"}), Contains("in-out"));
    CHECK_THAT(check_fails(2, {"metrics"}), Contains("TOPOLOGY"));
}

TEST_CASE("metrics: layers that do not chain", "[cli][metrics]") {
    const TemporaryFolder folder;
    const std::string file = (folder / "torn.h5").string();
    topology::write_topology_file(
        file, {{.label = "torn",
                .layers = {{"fc1", {2, 3}, Pattern::full(2, 3), {}}, {"fc2", {1, 5}, Pattern::full(1, 5), {}}}}});
    CHECK_THAT(check_fails(1, {"metrics", file, "--metric", "effective"}),
               Contains("fc1' has 2 outputs") && Contains("fc2'") && Contains("5 inputs") && Contains("--layers"));
    const report::Json json =
        report::Json::parse(check_succeeds({"metrics", file, "--json"}));  // what is possible of all there is
    CHECK(json[0]["network"]["effective"].is_null());
    CHECK_THAT(json[0]["network"]["effective_reason"].get<std::string>(), Contains("do not chain"));
    CHECK(json[0]["layers"][1]["degree"]["outputs"]["max"] == 5);
}

TEST_CASE("metrics: the program's forms by settings", "[cli][metrics]") {
    const TemporaryFolder folder;
    const std::string file = two_topologies(folder);
    const auto network = [&](const std::vector<std::string>& settings) {
        std::vector<std::string> command = {"metrics", file + "@second", "--metric", "effective", "--json"};
        command.insert(command.end(), settings.begin(), settings.end());
        return report::Json::parse(check_succeeds(command))[0]["network"]["effective"];
    };
    CHECK(network({})["paths"] == 2);
    CHECK(network({})["nodes"] == 2 + 2 + 1);
    CHECK(network({"--set", "effective.biases=1"})["paths"] == 5);
    CHECK(network({"--set", "effective.npb_count=true"})["nodes"] == (2 + 2) + (2 + 2));
    CHECK(network({"--set", "effective.npb_count=own_masks"})["nodes"] == (2 + 2) + (2 + 1));
}

}  // namespace espalier::cli
