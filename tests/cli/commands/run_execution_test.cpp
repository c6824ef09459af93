#include <fstream>

#include <espalier/config/run_execution.hpp>
#include <espalier/config/toml.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "support.hpp"
#include "training/run_requests.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

namespace fs = std::filesystem;

/// Layers 64-32-16-10 with 16 to 64 lanes: at this table all dense, at that all sparse.
const std::string mostly_dense =
    "portable | features 64 | lanes 16 | forward 0.01 | gradients 0.01 | weight_gradient 0.01";
const std::string mostly_sparse = "portable | features 64 | lanes 16 | forward 1 | gradients 1 | weight_gradient 1";

/// The environment of a machine with this table of its own.
std::vector<std::string> machine(const fs::path& folder, const std::string& table) {
    fs::create_directories(folder / "espalier");
    std::ofstream(folder / "espalier" / "crossovers.toml") << "[model]\ncrossovers = \"" << table << "\"\n";
    return {"XDG_CONFIG_HOME=" + folder.string(), "ESPALIER_ISA=portable"};
}

std::vector<std::string> short_run(const fs::path& out, const std::vector<std::string>& more = {}) {
    std::vector<std::string> all = {"--set", "training.epochs=2"};
    all.insert(all.end(), more.begin(), more.end());
    return small_run(out, all);
}

std::string stored_config(const fs::path& out) {
    return training::read_run_summary(out / "run.h5").info.config;
}

void check_succeeds_on(const std::vector<std::string>& environment, const std::vector<std::string>& arguments) {
    const Outcome outcome = espalier(arguments, environment);
    INFO("stderr: " << outcome.err);
    CHECK(outcome.status == 0);
}

}  // namespace

TEST_CASE("run: the machine's table is stored, and a resumed or repeated run keeps it", "[cli][run]") {
    const TemporaryFolder folder;
    const auto here = machine(folder / "here", mostly_dense);
    const auto elsewhere = machine(folder / "elsewhere", mostly_sparse);
    const fs::path out = folder / "run";
    check_succeeds_on(here, short_run(out));
    CHECK_THAT(stored_config(out), Contains("crossovers = \"" + mostly_dense + "\""));
    const auto arrays = all_arrays(out);

    check_succeeds_on(elsewhere, short_run(out, {"--resume"}));
    CHECK_THAT(stored_config(out), Contains(mostly_dense));

    const std::string repeated = (folder / "stored.toml").string();
    std::ofstream(repeated) << stored_config(out);
    check_succeeds_on(elsewhere, {"run", repeated, "--out", (folder / "again").string()});
    CHECK(all_arrays(folder / "again") == arrays);

    check_succeeds_on(elsewhere, short_run(folder / "fresh"));
    CHECK(all_arrays(folder / "fresh") != arrays);  // rounding: another path was taken
}

TEST_CASE("run: a resumed run refuses a table that is given and another", "[cli][run]") {
    const TemporaryFolder folder;
    const auto here = machine(folder / "here", mostly_dense);
    const fs::path out = folder / "run";
    check_succeeds_on(here, short_run(out));
    const std::string other = "model.crossovers=" + mostly_sparse;
    const Outcome outcome = espalier(short_run(out, {"--resume", "--set", other}), here);
    CHECK(outcome.status == 2);
    CHECK_THAT(outcome.err, Contains("begun with another configuration"));
}

TEST_CASE("run: a bad table of the machine ends it before it begins", "[cli][run]") {
    const TemporaryFolder folder;
    const Outcome outcome = espalier(short_run(folder / "run"), machine(folder / "here", "fast"));
    CHECK(outcome.status == 2);
    CHECK_THAT(outcome.err, Contains("crossovers.toml:2: model.crossovers") && Contains("espalier tune"));
    CHECK(std::ranges::count(outcome.err, '\n') == 1);
    CHECK_FALSE(fs::exists(folder / "run"));
}

TEST_CASE("run: one that is sparse or dense throughout asks for no table", "[cli][run]") {
    const TemporaryFolder folder;
    const auto here = machine(folder / "here", "fast");
    check_succeeds_on(here, short_run(folder / "sparse", {"--set", "model.execution=sparse"}));
    check_succeeds_on(here, short_run(folder / "dense", {"--set", "model.execution=dense"}));
    CHECK_THAT(stored_config(folder / "sparse"), Contains("crossovers = \"\"\n"));
}

TEST_CASE("run: what is printed does not depend on the machine", "[cli][run]") {
    const TemporaryFolder folder;
    const std::string text = check_succeeds({"run", "--print-defaults"});
    CHECK(espalier({"run", "--print-defaults"}, machine(folder / "here", mostly_dense)).out == text);
    CHECK(espalier({"run", "--print-defaults"}, machine(folder / "bad", "fast")).out == text);
}

}  // namespace espalier::cli
