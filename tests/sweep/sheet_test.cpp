#include <espalier/base/text/error.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/sweep/sheet.hpp>

#include "runs.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

std::vector<std::string> names(const std::vector<const config::Key*>& keys) {
    std::vector<std::string> all;
    for (const config::Key* key : keys) all.push_back(key->name);
    return all;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("sheet: keys in which runs differ are columns, and those asked for", "[sweep][sheet]") {
    std::vector<RunRecord> runs = {made_run("a", 0, {}), made_run("b", 1, {"sparsity.density=0.05"}),
                                   made_run("b", 2, {"training.epochs=7"})};
    runs[0].config.model.crossovers = "avx2 0.1";
    CHECK(names(columns_of_keys(runs, {})) == Names{"sparsity.density", "training.epochs"});
    CHECK(names(columns_of_keys(runs, {"model.hidden", "training.epochs"})) ==
          Names{"model.hidden", "sparsity.density", "training.epochs"});
    CHECK(names(columns_of_keys(runs, {"model.crossovers"})).front() == "model.crossovers");
    CHECK(names(columns_of_keys(runs, {"seed", "name"})).size() == 2);  // they are columns anyway
    CHECK_THROWS_WITH(columns_of_keys(runs, {"model.hiden"}), Contains("Did you mean 'model.hidden'?"));
    CHECK(columns_of_keys({}, {}).empty());
}

TEST_CASE("sheet: a run without a configuration makes no key a column and has nothing in one", "[sweep][sheet]") {
    std::vector<RunRecord> runs = {made_run("foreign", 0, {}), made_run("a", 0, {"sparsity.density=0.05"}),
                                   made_run("b", 1, {"sparsity.density=0.05"})};
    runs[0].has_config = false;
    CHECK(columns_of_keys(runs, {}).empty());
    const auto keys = columns_of_keys(runs, {"sparsity.density"});
    REQUIRE(keys.size() == 1);
    CHECK(config_field(runs[0], *keys[0]) == Field());
    CHECK(config_field(runs[1], *keys[0]) == Field(0.05));
    CHECK(sheet_of_runs(runs, keys).rows[0][4] == Field());
}

TEST_CASE("sheet: keys that a run has not given are no values of it", "[sweep][sheet]") {
    std::vector<RunRecord> runs = {made_run("foreign", 0, {"sparsity.method=rigl"}),
                                   made_run("a", 0, {"sparsity.method=set", "sparsity.density=0.05"})};
    runs[0].given_keys = std::set<std::string, std::less<>>{"sparsity.method"};
    CHECK(names(columns_of_keys(runs, {})) == Names{"sparsity.method"});
    const auto keys = columns_of_keys(runs, {"sparsity.density"});
    REQUIRE(keys.size() == 2);
    CHECK(config_field(runs[0], *keys[0]) == Field(std::string("rigl")));
    CHECK(config_field(runs[0], *keys[1]) == Field());
    CHECK(config_field(runs[1], *keys[1]) == Field(0.05));
}

TEST_CASE("sheet: keys that follow from the name or the method are not for reading", "[sweep][sheet]") {
    const std::vector<RunRecord> runs = {made_run("set", 0, {"sparsity.method=set", "sparsity.density=0.1"}),
                                         made_run("set", 0, {"sparsity.method=set", "sparsity.density=0.2"}),
                                         made_run("rigl", 0, {"sparsity.method=rigl", "sparsity.density=0.1"})};
    const auto keys = columns_of_keys(runs, {});
    CHECK(keys.size() > 3);  // method, density, and what the methods bring along
    const TellingKeys named = telling_keys(runs, keys, {});
    CHECK(names(named.telling) == Names{"sparsity.density"});
    CHECK(named.following.size() == keys.size() - 1);
    const std::vector<RunRecord> one_name(runs.begin(), runs.begin() + 2);
    CHECK(names(telling_keys(one_name, columns_of_keys(one_name, {}), {}).telling) == Names{"sparsity.density"});

    std::vector<RunRecord> swept = runs;
    for (RunRecord& run : swept) run.name = "sweep";
    swept.push_back(unreadable_run("runs/x/run.h5"));
    const TellingKeys by_method = telling_keys(swept, columns_of_keys(swept, {}), {});
    CHECK(names(by_method.telling) == Names{"sparsity.method", "sparsity.density"});
    CHECK_THAT(names(by_method.following), Catch::Matchers::VectorContains(std::string("sparsity.grow_rule")));
    CHECK(names(telling_keys(swept, columns_of_keys(swept, {}), {"sparsity.grow_rule"}).telling) ==
          Names{"sparsity.method", "sparsity.density", "sparsity.grow_rule"});
}

TEST_CASE("sheet: one row per run, with every result that some run has", "[sweep][sheet]") {
    std::vector<RunRecord> runs = {made_run("a", 0, {}, {{"test_accuracy", 0.5}, {"training_flops", 9.0}}),
                                   made_run("b", 1, {"model.hidden=[5, 4]"}, {{"density", 0.25}})};
    const Sheet sheet = sheet_of_runs(runs, columns_of_keys(runs, {}));
    CHECK(sheet.header == Names{"folder", "name", "seed", "status", "model.hidden", "test_accuracy",
                                "validation_accuracy", "best_test_accuracy", "best_step", "test_loss", "density",
                                "exploration_rate", "seconds", "steps_per_second", "peak_rss_bytes", "training_flops"});
    REQUIRE(sheet.rows.size() == 2);
    CHECK(sheet.rows[0][0] == Field(std::string("runs/a-0")));
    CHECK(sheet.rows[0][5] == Field(0.5));
    CHECK(sheet.rows[0][10] == Field());
    CHECK(sheet.rows[0][15] == Field(9.0));
    CHECK(sheet.rows[1][2] == Field(std::int64_t{1}));
    CHECK(sheet.rows[1][4] == Field(std::string("[5, 4]")));
    for (const auto& row : sheet.rows) CHECK(row.size() == sheet.header.size());
}

TEST_CASE("sheet: a file that cannot be read is a row with its reason", "[sweep][sheet]") {
    std::vector<RunRecord> runs = {made_run("a", 0, {}, {{"test_accuracy", 0.5}}), unreadable_run("runs/x/run.h5")};
    const Sheet sheet = sheet_of_runs(runs, columns_of_keys(runs, {}));
    CHECK(sheet.header.back() == "reason");
    CHECK(sheet.rows[0].back() == Field());
    CHECK(sheet.rows[1][0] == Field(std::string("runs/x")));
    CHECK(sheet.rows[1][1] == Field());
    CHECK(sheet.rows[1][3] == Field(std::string("unreadable")));
    CHECK(sheet.rows[1].back() == Field(std::string("damaged")));
    CHECK(sheet.rows[1].size() == sheet.header.size());
}

TEST_CASE("sheet: one row an evaluation", "[sweep][sheet]") {
    std::vector<RunRecord> runs = {made_run("a", 0, {}), made_run("b", 1, {})};
    runs[1].evaluations = {{.step = 0, .epoch = 0.0}, {.step = 21, .epoch = 1.0, .test_accuracy = 0.75}};
    const Sheet sheet = sheet_of_evaluations(runs, {});
    REQUIRE(sheet.rows.size() == 2);
    CHECK(sheet.header == Names{"folder", "name", "seed", "status", "step", "epoch", "test_accuracy",
                                "validation_accuracy", "test_loss", "validation_loss", "density", "exploration_rate"});
    CHECK(sheet.rows[1][1] == Field(std::string("b")));
    CHECK(sheet.rows[1][4] == Field(std::int64_t{21}));
    CHECK(sheet.rows[1][6] == Field(0.75));
    CHECK(sheet.rows[1][7] == Field());
}

}  // namespace espalier::sweep
