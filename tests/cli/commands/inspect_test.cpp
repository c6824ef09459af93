#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>
#include <espalier/topology/files/topology_file.hpp>

#include "cli/child.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;

TEST_CASE("inspect of a configuration: layers, parameters, kept weights and costs", "[cli][inspect]") {
    const TemporaryFolder folder;
    const std::string file = (folder / "run.toml").string();
    std::ofstream(file) << "data.dataset = \"digits\"\nmodel.hidden = [32]\nsparsity.density = 0.5\n";
    const report::Json json =
        report::Json::parse(check_succeeds({"inspect", file, "--json", "--set", "sparsity.density=0.1"}));
    REQUIRE(json["layers"].size() == 2);
    CHECK(json["layers"][0]["name"] == "fc1");
    CHECK(json["layers"][0]["shape"] == report::Json::parse("[32, 64]"));
    CHECK(json["parameters"] == 32 * 64 + 32 + 10 * 32 + 10);
    CHECK(json["kept"] == 237);  // round(0.1 * 2368)
    CHECK(json["macs"] == json["kept"]);
    CHECK(json["density"].get<double>() == Approx(237.0 / 2368.0));
    CHECK_THAT(check_succeeds({"inspect", file}), Contains("fc1") && Contains("32x64") && Contains("network"));
}

TEST_CASE("inspect of a model by its name: costs of what is kept", "[cli][inspect]") {
    const report::Json json =
        report::Json::parse(check_succeeds({"inspect", "vgg16", "--json", "--set", "sparsity.density=0.1"}));
    CHECK(json["parameters"] == 14'724'042);
    CHECK(json["dense_macs"] == 313'201'664);
    CHECK(json["erk_cost"].get<double>() == Approx(0.2435).margin(1e-4));
    CHECK(json["macs"].get<double>() / 313'201'664 == Approx(0.2435).margin(1e-4));
    CHECK(json["skippable_macs"] == 0);
    CHECK(json["rebuilt_macs"] == 313'201'664);
    CHECK(json["layers"][0]["name"] == "feature.0");
    CHECK(json["layers"][0]["dense_macs"] == 64 * 27 * 1024);
    CHECK_THAT(check_succeeds({"inspect", "lenet5_caffe"}), Contains("20x1x5x5") && Contains("2 293 000 dense") &&
                                                                Contains("as many weights by erk") &&
                                                                Contains("skippable by channel"));
    CHECK(report::Json::parse(check_succeeds({"inspect", "wrn-10-1", "--json", "--set", "data.dataset=digits", "--set",
                                              "model.global_pool=true"}))["layers"]
              .back()["shape"] == report::Json::parse("[10, 64]"));
    CHECK_THAT(check_fails(2, {"inspect", "vgg12"}), Contains("11, 13, 16 and 19"));
    CHECK_THAT(check_fails(2, {"inspect", "vgg16", "--set", "sparsity.init=snip", "--set", "sparsity.method=static"}),
               Contains("looks at the data"));
}

TEST_CASE("inspect of a configuration: counts that only the data tell", "[cli][inspect]") {
    const TemporaryFolder folder;
    const std::string file = (folder / "run.toml").string();
    std::ofstream(file)
        << "data.dataset = \"digits\"\nmodel.hidden = [32]\ntraining.epochs = 1\nsparsity.init = \"snip\"\n"
           "sparsity.method = \"static\"\n";
    const report::Json json = report::Json::parse(check_succeeds({"inspect", file, "--json"}));
    CHECK(json["kept"] == 237);
    const std::string out = (folder / "out").string();
    check_succeeds({"run", file, "--out", out, "--json"});
    const report::Json run =
        report::Json::parse(check_succeeds({"metrics", out + "/run.h5@first", "--metric", "density", "--json"}));
    for (std::size_t l = 0; l < 2; ++l) CHECK(run[0]["layers"][l]["edges"] == json["layers"][l]["kept"]);
    // The file of one run is the start of another; the path starts at the configuration's folder.
    const std::string next = (folder / "next.toml").string();
    std::ofstream(next)
        << "data.dataset = \"digits\"\nmodel.hidden = [32]\n[sparsity]\ninit = \"file:out/run.h5@first\"\n"
           "init_weights = true\n";
    CHECK(report::Json::parse(check_succeeds({"inspect", next, "--json"}))["kept"] == 237);
    CHECK_THAT(check_succeeds({"run", next, "--print-defaults"}), Contains("init = \"file:/"));
    CHECK_THAT(check_fails(2, {"inspect", next, "--set", "model.hidden=[31]"}),
               Contains("its layer 000_fc1 is [32 x 64]"));
}

TEST_CASE("inspect of a run: what it holds", "[cli][inspect]") {
    const TemporaryFolder folder;
    const std::string file = (folder / "run.toml").string();
    std::ofstream(file) << "data.dataset = \"digits\"\nmodel.hidden = [16]\ntraining.epochs = 2\n"
                           "sparsity.update_every = \"4it\"\n";
    const std::string out = (folder / "out").string();
    const report::Json result = report::Json::parse(check_succeeds({"run", file, "--out", out, "--json"}));
    CHECK(result["status"] == "finished");
    const report::Json json = report::Json::parse(check_succeeds({"inspect", out + "/run.h5", "--json"}));
    CHECK(json["status"] == "finished");
    CHECK(json["snapshots"] == result["snapshots"]);
    CHECK(json["layers"][0]["shape"] == report::Json::parse("[16, 64]"));
    CHECK(json["metrics"]["train"]["rows"] > 0);
    CHECK_THAT(check_succeeds({"inspect", out + "/run.h5"}), Contains("000_fc1") && Contains("16x64"));
}

TEST_CASE("inspect of a run: its cheap tickets", "[cli][inspect][tickets]") {
    const TemporaryFolder folder;
    const std::string file = (folder / "run.toml").string();
    std::ofstream(file) << "data.dataset = \"digits\"\nmodel.hidden = [16]\ntraining.epochs = 3\n"
                           "tickets = {method = \"sup_tickets\", share = 0.7, length = \"1ep\"}\n";
    const std::string out = (folder / "out").string();
    const report::Json result = report::Json::parse(check_succeeds({"run", file, "--out", out, "--json"}));
    const report::Json tickets = report::Json::parse(check_succeeds({"inspect", out + "/run.h5", "--json"}))["tickets"];
    REQUIRE(tickets.size() == 3);
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(tickets[k]["ticket"] == k);
        CHECK(tickets[k]["snapshot"] == result["tickets"][k]);
        CHECK(tickets[k]["step"] == tickets[k]["snapshot"]);
    }
    CHECK(tickets[2]["test_accuracy"] == result["test_accuracy"]);
    CHECK(tickets[2]["density"] == result["density"]);
    CHECK_THAT(check_succeeds({"inspect", out + "/run.h5"}), Contains("end of its phase"));
    const std::string again = (folder / "again").string();
    CHECK_THAT(check_succeeds({"run", file, "--out", again}), Contains("tickets: snapshots "));
    const report::Json ensemble =
        report::Json::parse(check_succeeds({"tickets", "ensemble", out + "/run.h5@tickets", "--json"}));
    CHECK(ensemble["members"].size() == 2);  // of the phases, not what was trained before
}

TEST_CASE(
    "inspect of a topology file: all it holds"
    "[cli][inspect]") {
    const TemporaryFolder folder;
    const std::string file = (folder / "masks.h5").string();
    topology::write_topology_file(
        file, {{.label = "a", .layers = {{"fc1", {2, 3}, pattern({{1, 0, 1}, {0, 1, 0}}), {}}}},
               {.label = "b", .layers = {{"fc1", {2, 3}, pattern({{0, 0, 0}, {0, 1, 0}}), {0.5F}}}}});
    const report::Json json = report::Json::parse(check_succeeds({"inspect", file, "--json"}));
    REQUIRE(json.size() == 2);
    CHECK(json[0]["topology"] == file + "@a");
    CHECK(json[0]["layers"][0]["edges"] == 3);
    CHECK(json[0]["layers"][0]["weights"] == false);
    CHECK(json[1]["layers"][0]["weights"] == true);
    CHECK_THAT(check_succeeds({"inspect", file + "@b"}), Contains("2x3"));
}

TEST_CASE("inspect: bad input", "[cli][inspect]") {
    const TemporaryFolder folder;
    const std::string file = (folder / "noise.h5").string();
    std::ofstream(file) << "this is no HDF5 file";
    CHECK_THAT(check_fails(1, {"inspect", file}), Contains("noise.h5"));
    CHECK_THAT(check_fails(2, {"inspect", (folder / "none.h5").string()}),
               Contains("no such file or folder") && Contains("none.h5"));
    CHECK_THAT(check_fails(2, {"inspect", (folder / "none.toml").string()}), Contains("No such file"));
    CHECK_THAT(check_fails(2, {"inspect", file, "--set", "seed=1"}), Contains("is no configuration"));
}

}  // namespace espalier::cli
