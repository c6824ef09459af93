#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>

#include "cli/child.hpp"
#include "cli/topology_commands.hpp"

namespace espalier::cli {
using namespace testing;

TEST_CASE("distance --json: per layer and their mean, for each metric", "[cli][distance]") {
    const TemporaryFolder folder;
    const std::string file = two_topologies(folder);
    const report::Json json = report::Json::parse(
        check_succeeds({"distance", file + "@first", file + "@second", "--metric", "jaccard,hamming", "--json"}));
    REQUIRE(json.size() == 2);
    CHECK(json[0]["metric"] == "jaccard");
    CHECK(json[0]["topologies"] == report::Json({file + "@first", file + "@second"}));
    CHECK(json[0]["layers"] == report::Json::parse(R"(["000_fc1", "001_fc2"])"));
    CHECK(json[0]["per_layer"] == report::Json::parse("[[[0, 0.75], [0.75, 0]], [[0, 0], [0, 0]]]"));
    CHECK(json[0]["mean"] == report::Json::parse("[[0, 0.375], [0.375, 0]]"));
    CHECK(json[1]["per_layer"][0][0][1] == 0.5);
}

TEST_CASE("distance: nnstd unless asked for another, as text and CSV", "[cli][distance]") {
    const TemporaryFolder folder;
    const std::string file = two_topologies(folder);
    CHECK_THAT(check_succeeds({"distance", file + "@all"}), Contains("nnstd") && Contains("000_fc1"));
    CHECK_THAT(check_succeeds({"distance", file + "@all", file + "@first"}), Contains("2 " + file + "@first"));
    CHECK_THAT(check_succeeds({"distance", file + "@all", "--metric", "jaccard", "--csv"}),
               Contains("metric,layer,a,b,distance,lower_bound\n") && Contains("jaccard,mean," + file + "@first,") &&
                   Contains(",0.375,0.375\n"));
}

TEST_CASE("distance --work: the same in parts, which stay", "[cli][distance]") {
    const TemporaryFolder folder;
    const std::string file = two_topologies(folder);
    const std::string work = (folder / "work").string();
    const std::vector<std::string> topologies = {"distance", file + "@all", file + "@first", "--metric", "nnstd,dice"};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), topologies.begin(), topologies.end());
        return more;
    };
    const std::string expected = check_succeeds(with({"--json"}));
    CHECK(check_succeeds(with({"--json", "--work", work, "--block", "1"})) == expected);
    std::filesystem::remove(work + "/part-000001.h5");
    std::string notes;
    CHECK(check_noted(with({"--json", "--work", work, "--block", "1"}), notes) == expected);
    CHECK_THAT(notes, Contains("2 of 3 parts are there already"));
    CHECK(check_noted(with({"--csv", "--work", work, "--block", "1"}), notes) == check_succeeds(with({"--csv"})));
    CHECK_THAT(check_fails(2, with({"--work", work})), Contains("another work") && Contains("'block 32' here"));
    CHECK_THAT(check_fails(2, with({"--block", "3"})), Contains("--work"));
    CHECK_THAT(check_fails(2, {"distance", file + "@first", "--work", work}), Contains("two or more"));
}

TEST_CASE("distance: bad input", "[cli][distance]") {
    const TemporaryFolder folder;
    const std::string file = two_topologies(folder);
    CHECK_THAT(check_fails(2, {"distance", file + "@first"}), Contains("two or more"));
    CHECK_THAT(check_fails(2, {"distance", file + "@all", "--metric", "jacard"}), Contains("Did you mean 'jaccard'?"));
    const std::string other = (folder / "other.h5").string();
    topology::write_topology_file(other, {{.label = "x", .layers = {{"fc1", {2, 2}, pattern({{1, 0}, {0, 1}}), {}}}}});
    check_fails(1, {"distance", file, other});
}

}  // namespace espalier::cli
