#include <fstream>
#include <map>
#include <numeric>

#include <nlohmann/json.hpp>

#include <espalier/base/files/files.hpp>
#include <espalier/page/embedded_page.hpp>
#include <espalier/report/json.hpp>

#include "cli/child.hpp"
#include "cli/report_page.hpp"
#include "cli/small_lottery.hpp"
#include "cli/small_run.hpp"
#include "cli/small_sweep.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

/// Without npm there was no page to build in; then the command says so, and that is all there is to test.
bool has_page() {
    if (!page::embedded_page().empty()) return true;
    CHECK_THAT(check_fails(2, {"report", "nowhere"}), Contains("built without the report page") && Contains("npm"));
    return false;
}

const report::Json& with_id(const report::Json& list, const std::string& id) {
    const auto found = std::ranges::find_if(list, [&](const report::Json& one) { return one["id"] == id; });
    REQUIRE(found != list.end());
    return *found;
}

}  // namespace

TEST_CASE("report: a page of a sweep", "[cli][report]") {
    if (!has_page()) return;
    const TemporaryFolder folder;
    check_succeeds(small_sweep(folder.path(), small_grid, {"--json"}));
    const std::string file = (folder / "report.html").string();
    CHECK_THAT(check_succeeds({"report", (folder / "out").string(), "--out", file}), Contains(file + ": 8 runs, "));
    CHECK(std::filesystem::file_size(file) < 2'000'000);

    const report::Json data = data_of_page(file);
    CHECK(data["title"] == "digits");
    CHECK(data["groups"] ==
          report::Json({"set, density 0.2", "set, density 0.3", "static, density 0.2", "static, density 0.3"}));
    CHECK(data["runs"][0]["label"] == "set, density 0.2 s0");
    CHECK(data["tiles"][0]["value"] == "8");
    const report::Json& accuracy = with_id(data["curves"], "test_accuracy");
    REQUIRE(accuracy["bands"].size() == 4);
    CHECK(accuracy["bands"][0]["runs"] == 2);
    CHECK(accuracy["bands"][0]["x"].size() == 60);
    CHECK(accuracy["bands"][0]["low"][59] <= accuracy["bands"][0]["mean"][59]);
    const report::Json& runs = with_id(data["tables"], "runs");
    CHECK(runs["rows"].size() == 8);
    CHECK(runs["columns"][2] == report::Json({{"name", "test accuracy"}, {"kind", "percent"}}));
    CHECK(with_id(data["tables"], "means")["rows"].size() == 4);
    const report::Json& differences = with_id(data["tables"], "differences");
    CHECK(differences["columns"].size() == 5);
    CHECK_THAT(differences["rows"].dump(), Contains(R"(["sparsity.method","set","set","static","static"])"));
}

TEST_CASE("report: what is drawn of a run's cost at the end is what its file says", "[cli][report]") {
    if (!has_page()) return;
    const TemporaryFolder folder;
    check_succeeds(small_run(folder / "run", {"--set", "training.epochs=2"}));
    const std::string file = (folder / "report.html").string();
    check_succeeds({"report", (folder / "run").string(), "--out", file, "--title", "One run"});
    const report::Json data = data_of_page(file);
    CHECK(data["title"] == "One run");
    const report::Json inspected =
        report::Json::parse(check_succeeds({"inspect", (folder / "run/run.h5").string(), "--json"}));
    const report::Json& flops = with_id(data["curves"], "flops");
    CHECK(flops["bands"][0]["mean"].back().get<double>() ==
          Approx(inspected["results"]["inference_flops"].get<double>()).epsilon(1e-4));
    CHECK(with_id(data["curves"], "density")["sentence"] == "The density stays at 30.0 %.");
}

TEST_CASE("report: pictures of topologies, from snapshots", "[cli][report]") {
    if (!has_page()) return;
    const TemporaryFolder folder;
    check_succeeds(small_sweep(folder.path(), small_grid, {"--json"}));
    const std::string file = (folder / "report.html").string();
    const std::string out = (folder / "out").string();
    CHECK_THAT(check_succeeds({"report", out, "--out", file}), Contains("left out: ") && Contains("common snapshots"));
    const report::Json data = data_of_page(file);
    CHECK_THAT(data["left_out"].dump(), Contains("common snapshots"));

    const report::Json& map = data["map"];
    CHECK(map["runs"].size() == 8);
    REQUIRE(map["between"].size() == 12);
    CHECK(map["between_seen"].size() == 12);
    CHECK(map["within"].size() == 8);
    const std::string first = out + "/set-density0.2-s0/run.h5";
    const std::string second = out + "/set-density0.2-s1/run.h5";
    const report::Json distance =
        report::Json::parse(check_succeeds({"distance", first, second, "--metric", "nnstd", "--json"}));
    CHECK(map["between"][11][0].get<double>() == Approx(distance[0]["mean"][0][1].get<double>()).epsilon(1e-3));

    const report::Json measured = report::Json::parse(
        check_succeeds({"metrics", first, "--metric", "edges,ramanujan_gap,singular_values", "--json"}));
    const report::Json& layer = measured[0]["layers"][0];
    CHECK(data["spectra"]["spectra"][0][0]["bound"].get<double>() ==
          Approx(layer["ramanujan_gap"]["bound"].get<double>()).epsilon(1e-4));
    const auto bars = data["spectra"]["spectra"][0][0]["bars"].get<std::vector<int>>();
    CHECK(std::accumulate(bars.begin(), bars.end(), 0) == static_cast<int>(layer["singular_values"].size()));
    CHECK(data["connections"]["drawn"][0][0]["connections"] == layer["edges"]);
    CHECK(data["degrees"]["layers"] == report::Json({"fc1", "fc2", "fc3"}));
    CHECK_THAT(with_id(data["curves"], "survival")["sentence"].dump(), Contains("surviving share"));
}

TEST_CASE("report: tickets, and runs of several architectures", "[cli][report]") {
    if (!has_page()) return;
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder / "runs");
    check_succeeds(
        small_run(folder / "runs" / "edst", {"--set", "tickets.method=edst", "--set", "tickets.length=2ep"}));
    check_succeeds(small_run(folder / "runs" / "other", {"--set", "model.hidden=[8]", "--set", "training.epochs=1"}));
    const std::string file = (folder / "report.html").string();
    check_succeeds({"report", (folder / "runs").string(), "--out", file});
    const report::Json data = data_of_page(file);
    CHECK(with_id(data["tables"], "tickets")["rows"].size() > 1);
    CHECK_THAT(data["left_out"].dump(), Contains("pictures of topologies show ") && Contains("other layers: "));
}

TEST_CASE("report: tickets of a lottery, level by level", "[cli][report]") {
    if (!has_page()) return;
    const TemporaryFolder folder;
    check_succeeds(small_lottery(folder.path(), two_levels, {"--json"}));
    const std::string file = (folder / "report.html").string();
    const std::string out = (folder / "out").string();
    check_succeeds({"report", out, "--out", file});
    const report::Json data = data_of_page(file);
    const report::Json& table = with_id(data["tables"], "levels");
    REQUIRE(table["rows"].size() == 10);
    std::map<std::string, std::size_t> column;
    for (const report::Json& one : table["columns"]) column.emplace(one["name"], column.size());
    const auto cell = [&](std::size_t row, const std::string& name) { return table["rows"][row][column.at(name)]; };
    CHECK(cell(0, "chain") == "small-s0");
    CHECK(cell(0, "density") == 1);
    CHECK(cell(0, "compared with").is_null());
    CHECK(cell(2, "compared with") == "level 1");
    CHECK(cell(3, "control") == "random_mask");
    CHECK(cell(3, "compared with") == "level 2");
    CHECK_THAT(table["sentence"].dump(), Contains("10 runs of 2 chains") && Contains("espalier tickets compare"));

    const std::string one = out + "/small-s0/level-02/run.h5";
    const std::string other = out + "/small-s1/level-02/run.h5";
    const report::Json compared = report::Json::parse(check_succeeds({"tickets", "compare", one, other, "--json"}));
    const report::Json& pair = compared["pairs"][0];
    CHECK(cell(2, "IoU between seeds").get<double>() == Approx(pair["iou"].get<double>()).epsilon(2e-3));
    CHECK(cell(2, "by chance, seeds").get<double>() == Approx(pair["expected_iou"].get<double>()).epsilon(2e-3));
    CHECK(cell(2, "NNSTD between seeds").get<double>() == Approx(pair["nnstd"].get<double>()).epsilon(2e-3));
    CHECK(cell(2, "test accuracy").get<double>() == Approx(compared["tickets"][0]["test_accuracy"].get<double>()));
}

TEST_CASE("report: masks of other tools are rows, alone and beside runs", "[cli][report]") {
    if (!has_page()) return;
    const TemporaryFolder folder;
    const std::string run = (folder / "run").string();
    check_succeeds(small_run(run, {"--set", "training.epochs=1"}));
    const std::string masks = (folder / "a.npz").string();
    const std::string others = (folder / "b.npz").string();
    check_succeeds({"export", run + "/run.h5@first", "--format", "npz", "--out", masks});
    check_succeeds({"export", run, "--format", "npz", "--out", others});
    const std::string file = (folder / "report.html").string();
    CHECK_THAT(check_succeeds({"report", masks, others, "--out", file}), Contains(": 2 topologies, "));
    const report::Json alone = data_of_page(file);
    CHECK(alone["title"] == "a and b at density 0.3");
    CHECK(alone["curves"].empty());
    CHECK(alone["map"]["within"].empty());
    CHECK(alone["degrees"]["bars"][0][0][0]["first"].is_null());
    CHECK(alone["spectra"]["runs"] == report::Json({0, 1}));
    CHECK(alone["connections"]["drawn"].size() == 2);
    CHECK(with_id(alone["tables"], "layers")["rows"].size() == 6);
    CHECK(with_id(alone["tables"], "runs")["title"] == "Topologies");

    check_succeeds({"report", run, masks, run + "/run.h5@last", "--out", file, "--force"});
    const report::Json mixed = data_of_page(file);
    CHECK(mixed["runs"].size() == 3);
    CHECK(mixed["runs"][1] == report::Json({{"label", "a"}, {"group", 1}, {"seed", nullptr}}));
    CHECK(mixed["tiles"][0]["label"] == "run, finished, and 2 topologies");
    CHECK(mixed["map"]["within_runs"] == report::Json({0}));
    CHECK(mixed["map"]["between"].back()[1] == 0);  // the run's end and its last snapshot
}

TEST_CASE("report: hostile names stay texts", "[cli][report]") {
    if (!has_page()) return;
    const TemporaryFolder folder;
    const std::string name = R"(<script>alert(1)<!-- "a" & b)";
    const std::filesystem::path run = folder / "<" / "script><img src=x onerror=alert(2)>";
    std::filesystem::create_directories(folder / "<");
    check_succeeds(small_run(run, {"--set", "training.epochs=1", "--set", "name='" + name + "'"}));
    const std::string file = (folder / "report.html").string();
    check_succeeds({"report", run.string(), "--out", file});
    const report::Json data = data_of_page(file);
    CHECK(data["groups"][0] == name);
    CHECK_THAT(data["tables"].dump(), Contains("</script><img src=x onerror=alert(2)>"));
    const std::string html = read_text(file);
    CHECK(html.find("<script>alert") == std::string::npos);
    CHECK(html.find("<img src=x") == std::string::npos);
}

TEST_CASE("report: a damaged file is a row of its own, and the page has the rest", "[cli][report]") {
    if (!has_page()) return;
    const TemporaryFolder folder;
    check_succeeds(small_run(folder / "good", {"--set", "training.epochs=1"}));
    std::filesystem::create_directories(folder / "bad");
    std::ofstream(folder / "bad/run.h5") << "no HDF5";
    const std::string file = (folder / "report.html").string();
    const Outcome outcome = espalier({"report", folder.path().string(), "--out", file});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.err, Contains("espalier: 1 of 2 files cannot be read: ") && Contains("bad/run.h5"));
    CHECK(std::ranges::count(outcome.err, '\n') == 1);
    const report::Json data = data_of_page(file);
    CHECK(data["runs"].size() == 1);
    CHECK_THAT(data["notes"].dump(), Contains("1 file could not be read"));
    CHECK_THAT(with_id(data["tables"], "runs")["rows"].dump(), Contains("bad/run.h5"));

    std::filesystem::remove(file);
    CHECK_THAT(check_fails(1, {"report", (folder / "bad").string(), "--out", file}), Contains("bad/run.h5"));
    CHECK(!std::filesystem::exists(file));
}

TEST_CASE("report: runs that are not finished are no part of means", "[cli][report]") {
    if (!has_page()) return;
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder / "runs");
    check_succeeds(small_run(folder / "runs" / "good", {"--set", "training.epochs=2"}));
    const Outcome wild = espalier(small_run(folder / "runs" / "wild", {"--set", "optimizer.learning_rate=1e30"}));
    CHECK(wild.status == 1);
    const std::string file = (folder / "report.html").string();
    check_succeeds({"report", (folder / "runs").string(), "--out", file});
    const report::Json data = data_of_page(file);
    CHECK(data["tiles"][0]["label"] == "runs, 1 finished");
    CHECK_THAT(with_id(data["tables"], "runs")["sentence"].dump(), Contains("1 finished and 1 failed"));
}

TEST_CASE("report: mistakes of the command line", "[cli][report]") {
    if (!has_page()) return;
    const TemporaryFolder folder;
    const std::string file = (folder / "report.html").string();
    CHECK_THAT(check_fails(2, {"report", folder.path().string()}), Contains("no run.h5 in"));
    CHECK_THAT(check_fails(2, {"report", (folder / "none").string()}), Contains("no such file or folder"));
    CHECK_THAT(check_fails(2, {"report"}), Contains("RUN"));
    check_succeeds(small_run(folder / "run", {"--set", "training.epochs=1"}));
    std::ofstream(file) << "mine";
    CHECK_THAT(check_fails(2, {"report", (folder / "run").string(), "--out", file}), Contains("--force replaces it"));
    CHECK(read_text(file) == "mine");
    check_succeeds({"report", (folder / "run").string(), "--out", file, "--force"});
    CHECK_THAT(check_fails(2, {"report", (folder / "run").string(), "--out", folder.path().string()}),
               Contains("is a folder"));
    const std::string masks = (folder / "masks.h5").string();
    check_succeeds({"import", (folder / "run/run.h5").string(), "--out", masks});
    check_succeeds({"report", masks, "--out", file, "--force"});
    CHECK(data_of_page(file)["tiles"][0]["label"] == "topology");
}

}  // namespace espalier::cli
