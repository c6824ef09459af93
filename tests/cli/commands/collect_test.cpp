#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/report/json.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "cli/small_sweep.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

/// Cells by RFC 4180, read letter by letter.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
    std::vector<std::vector<std::string>> rows(1, {""});
    bool quoted = false;
    for (std::size_t k = 0; k < text.size(); ++k) {
        const char c = text[k];
        if (quoted && c == '"' && k + 1 < text.size() && text[k + 1] == '"') {
            rows.back().back() += text[++k];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == ',') {
            rows.back().emplace_back();
        } else if (!quoted && c == '\n') {
            rows.push_back({""});
        } else {
            rows.back().back() += c;
        }
    }
    rows.pop_back();  // behind the last line end
    return rows;
}

std::string cell(const std::vector<std::vector<std::string>>& rows, std::size_t row, const std::string& name) {
    const auto found = std::ranges::find(rows.front(), name);
    REQUIRE(found != rows.front().end());
    return rows.at(row).at(static_cast<std::size_t>(found - rows.front().begin()));
}

}  // namespace

TEST_CASE("collect: one tidy table of a sweep", "[cli][collect]") {
    const TemporaryFolder folder;
    const report::Json said = report::Json::parse(check_succeeds(small_sweep(folder.path(), small_grid, {"--json"})));
    const std::string out = (folder / "out").string();
    const auto rows = read_csv(check_succeeds({"collect", out}));
    REQUIRE(rows.size() == 9);
    CHECK(rows[0][0] == "folder");
    CHECK(cell(rows, 1, "folder") == out + "/set-density0.2-s0");  // in natural order
    CHECK(cell(rows, 1, "name") == "set");
    CHECK(cell(rows, 1, "seed") == "0");
    CHECK(cell(rows, 1, "status") == "finished");
    CHECK(cell(rows, 1, "sparsity.density") == "0.2");
    CHECK(cell(rows, 8, "sparsity.method") == "static");
    CHECK(std::stod(cell(rows, 1, "test_accuracy")) == said["runs"][2]["test_accuracy"].get<double>());
    CHECK(std::stod(cell(rows, 1, "best_test_accuracy")) == said["runs"][2]["best_test_accuracy"].get<double>());
    for (const auto& row : rows) CHECK(row.size() == rows[0].size());

    check_succeeds({"collect", out, "--out", (folder / "all.csv").string()});
    CHECK(read_csv(read_text(folder / "all.csv")) == rows);
    const auto more = read_csv(check_succeeds({"collect", out + "/set-density0.2-s0", "--columns", "model.hidden"}));
    CHECK(cell(more, 1, "model.hidden") == "[32, 16]");

    const auto means = read_csv(check_succeeds({"collect", out, "--mean"}));
    REQUIRE(means.size() == 5);
    CHECK(cell(means, 1, "n") == "2");
    CHECK(std::stod(cell(means, 1, "test_accuracy")) ==
          Approx((std::stod(cell(rows, 1, "test_accuracy")) + std::stod(cell(rows, 2, "test_accuracy"))) / 2.0));
    const std::string table = check_succeeds({"collect", out, "--mean", "--table"});
    CHECK_THAT(table, Contains(" \u00b1 "));
    CHECK_THAT(table.substr(0, table.find('\n')), Contains("sparsity.density") && !Contains("sparsity.method"));

    const auto epochs = read_csv(check_succeeds({"collect", out, "--epochs"}));
    CHECK(epochs.size() == 1 + 8 * 60);  // 294 steps, every 5, with the first and the last
    CHECK(cell(epochs, 60, "test_accuracy") == cell(rows, 1, "test_accuracy"));
}

TEST_CASE("collect: of a sweep over the method the table has the method, its results and nothing that follows",
          "[cli][collect]") {
    const TemporaryFolder folder;
    const std::string grid = "seeds = [0, 1]\n[grid]\nsparsity.method = ['set', 'rigl', 'static']\n";
    CHECK(espalier(small_sweep(folder.path(), grid)).status == 0);  // rigl says that it has few updates
    const std::string out = (folder / "out").string();
    const std::string text = check_succeeds({"collect", out, "--mean", "--table"});
    const std::vector<std::string> lines = split(text, '\n');
    CHECK(lines[0].starts_with("name   sparsity.method  n "));
    CHECK_THAT(lines[0], Contains(" test_accuracy ") && Contains(" validation_accuracy "));
    for (const std::string& line : lines) CHECK(line.size() <= 130);  // bytes: "\u00b1" is two
    CHECK_THAT(lines[1], Contains("rigl") && Contains(" \u00b1 "));
    CHECK_THAT(text, Contains("sparsity.grow_rule") && Contains("95 % confidence interval"));
    CHECK_THAT(check_succeeds({"collect", out, "--mean", "--table", "--spread", "std"}),
               Contains("sample standard deviation"));
    CHECK(check_succeeds({"collect", out, "--mean", "--table", "--format", "latex"})
              .starts_with("\\begin{tabular}{llrr"));
    CHECK_THAT(check_succeeds({"collect", out, "--mean", "--table", "--format", "markdown"}), Contains("| rigl | 2 |"));
    const std::string chosen = check_succeeds({"collect", out, "--mean", "--table", "--columns", "test_accuracy"});
    CHECK_THAT(split(chosen, '\n')[0], Contains("test_accuracy") && !Contains("grow_rule"));
    const std::string asked = check_succeeds({"collect", out, "--mean", "--table", "--columns", "sparsity.grow_rule"});
    CHECK_THAT(split(asked, '\n')[0], Contains("sparsity.method") && Contains("sparsity.grow_rule"));
    CHECK_THAT(check_fails(2, {"collect", out, "--mean", "--table", "--spread", "sd"}),
               Contains("--spread 'sd' is not known") && Contains("ci95, std"));
    CHECK_THAT(check_fails(2, {"collect", out, "--format", "latex"}), Contains("--table"));
    CHECK_THAT(check_fails(2, {"collect", out, "--table", "--spread", "std"}), Contains("--mean"));
}

TEST_CASE("collect: commas, quotes and line ends in a name are quoted", "[cli][collect]") {
    const TemporaryFolder folder;
    const std::string name = "a, \"b\"";
    check_succeeds(small_run(folder / "x,y", {"--set", "name='" + name + "'", "--set", "training.epochs=1"}));
    const auto rows = read_csv(check_succeeds({"collect", folder.path().string()}));
    CHECK(cell(rows, 1, "folder") == (folder / "x,y").string());
    CHECK(cell(rows, 1, "name") == name);
}

TEST_CASE("collect: a damaged file is a row of its own, and the rest is collected", "[cli][collect]") {
    const TemporaryFolder folder;
    check_succeeds(small_run(folder / "good", {"--set", "training.epochs=1"}));
    std::filesystem::create_directories(folder / "bad");
    std::ofstream(folder / "bad/run.h5") << "no HDF5";
    const Outcome outcome = espalier({"collect", folder.path().string()});
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.err, Contains("espalier: 1 of 2 run files cannot be read: ") && Contains("bad/run.h5"));
    CHECK(std::ranges::count(outcome.err, '\n') == 1);
    const auto rows = read_csv(outcome.out);
    REQUIRE(rows.size() == 3);
    CHECK(cell(rows, 1, "status") == "unreadable");
    CHECK_THAT(cell(rows, 1, "reason"), Contains("bad/run.h5"));
    CHECK(cell(rows, 2, "status") == "finished");
    CHECK(cell(rows, 2, "reason").empty());
}

TEST_CASE("collect: mistakes of the command line", "[cli][collect]") {
    const TemporaryFolder folder;
    CHECK_THAT(check_fails(2, {"collect", folder.path().string()}), Contains("no run.h5 in"));
    CHECK_THAT(check_fails(2, {"collect", (folder / "none").string()}), Contains("no such file or folder"));
    CHECK_THAT(check_fails(2, {"collect"}), Contains("RUN"));
    check_succeeds(small_run(folder / "run", {"--set", "training.epochs=1"}));
    CHECK_THAT(check_fails(2, {"collect", folder.path().string(), "--columns", "model.hiden"}),
               Contains("Did you mean 'model.hidden'?"));
    CHECK_THAT(check_fails(2, {"collect", folder.path().string(), "--mean", "--epochs"}), Contains("excludes"));
}

}  // namespace espalier::cli
