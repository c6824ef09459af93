#include <algorithm>
#include <set>
#include <stdexcept>

#include <espalier/base/text/text.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/explain.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "cli/small_sweep.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

/// The parts of a line between gaps of two blanks and more.
std::vector<std::string> cells(const std::string& line) {
    std::vector<std::string> all;
    for (std::size_t begin = 0; begin < line.size();) {
        const std::size_t end = std::min(line.find("  ", begin), line.size());
        if (end > begin) all.push_back(line.substr(begin, end - begin));
        begin = line.find_first_not_of(' ', end);
    }
    return all;
}

/// The names that --explain of a command knows.
std::set<std::string> explained_by(std::vector<std::string> command) {
    command.emplace_back("--explain");
    std::set<std::string> names;
    for (const std::string& line : split(check_succeeds(command), '\n')) {
        const std::vector<std::string> parts = cells(line);
        if (!parts.empty()) names.insert(parts[0]);
    }
    return names;
}

/// Each column of the table whose header is this line of a command's text.
void check_explained(const std::vector<std::string>& command, const std::vector<std::string>& arguments,
                     std::size_t line = 0, const std::set<std::string>& others = {}) {
    const std::set<std::string> known = explained_by(command);
    std::vector<std::string> all = command;
    all.insert(all.end(), arguments.begin(), arguments.end());
    const std::vector<std::string> lines = split(check_succeeds(all), '\n');
    REQUIRE(lines.size() > line);
    for (const std::string& name : cells(lines[line])) {
        INFO("column " << name << " of " << join(all, " "));
        CHECK((known.contains(name) || others.contains(name)));
    }
}

}  // namespace

TEST_CASE("explain: a name that the table of columns lacks is a mistake of the program", "[cli][explain]") {
    CHECK(columns({"seed"}).front().second == "Start of the run's random streams");
    CHECK_THROWS_AS(columns({"sed"}), std::out_of_range);
}

TEST_CASE("explain: --explain needs no other argument, and stands in --help", "[cli][explain]") {
    const std::string text = check_succeeds({"metrics", "--explain"});
    CHECK_THAT(text, Contains("ramanujan_gap") && Contains("column or row"));
    CHECK(check_succeeds({"metrics", "none.h5", "--explain"}) == text);
    CHECK_THAT(check_succeeds({"metrics", "--help"}), Contains("--explain"));
    CHECK_THAT(check_succeeds({"tickets", "compare", "--explain"}), Contains("loss barrier"));
    CHECK_THAT(check_fails(2, {"run", "--explain"}), Contains("--explain"));  // it has no tables
}

TEST_CASE("explain: every column of every table", "[cli][explain]") {
    const TemporaryFolder folder;
    const std::string here = folder.path().string();
    std::vector<std::string> sweep = small_sweep(folder.path(), small_grid, {"--set", "training.epochs=1"});
    sweep.erase(sweep.begin());
    std::vector<std::string> dry = sweep;
    dry.emplace_back("--dry-run");
    check_explained({"sweep"}, dry, 0, {"density"});
    check_explained({"sweep"}, sweep, 0, {"density"});
    const std::string out = here + "/out";
    const std::string run = out + "/set-density0.2-s0/run.h5";
    const std::set<std::string> keys = {"sparsity.density", "sparsity.method"};
    check_explained({"collect"}, {out, "--table"}, 0, keys);
    check_explained({"collect"}, {out, "--table", "--epochs"}, 0, keys);
    check_explained({"collect"}, {out, "--table", "--mean"}, 0, keys);
    check_explained({"inspect"}, {here + "/base.toml"});
    check_explained({"inspect"}, {run + "@first"}, 1);
    const std::vector<std::string> lines = split(check_succeeds({"inspect", run}), '\n');
    const auto table = std::ranges::find_if(lines, [](const std::string& line) { return line.starts_with("layer "); });
    REQUIRE(table != lines.end());
    for (const std::string& name : cells(*table)) CHECK(explained_by({"inspect"}).contains(name));
    check_explained({"distance"}, {run + "@first", run});
    check_explained({"distance"}, {run + "@first", run, "--metric", "nnstd_joint"});
    check_explained({"features"}, {run, "--keep", "5"});
    check_explained({"datasets"}, {});
    const std::string other = out + "/set-density0.2-s1";
    check_explained({"tickets", "compare"}, {run, other});
    check_explained({"tickets", "ensemble"}, {run, other});
    check_explained({"tickets", "superpose"},
                    {run, other, "--method", "uniform_soup", "--out", (folder / "soup.h5").string()}, 1);
}

}  // namespace espalier::cli
