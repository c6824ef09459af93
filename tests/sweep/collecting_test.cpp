#include <espalier/base/text/error.hpp>
#include <espalier/sweep/collecting.hpp>

#include "runs.hpp"

namespace espalier::sweep {
using namespace testing;

TEST_CASE("collecting: named columns are keys or results, and nothing else", "[sweep][collecting]") {
    const std::vector<RunRecord> runs = {made_run("a", 0, {}, {{"test_accuracy", 0.5}, {"mine", 1.0}}),
                                         made_run("a", 1, {}, {{"test_accuracy", 0.7}})};
    const AskedColumns asked = asked_columns({"sparsity.density", "mine", "epoch"}, runs, "--columns");
    CHECK(asked.keys == std::vector<std::string>{"sparsity.density"});
    CHECK(asked.others == std::vector<std::string>{"mine", "epoch"});
    CHECK_THROWS_WITH(
        asked_columns({"tset_accuracy"}, runs, "here"),
        Catch::Matchers::StartsWith("here: 'tset_accuracy' is neither a key of the configuration nor a result.") &&
            Contains("Did you mean 'test_accuracy'?"));
}

TEST_CASE("collecting: a row is a run, an evaluation, or a group of seeds", "[sweep][collecting]") {
    std::vector<RunRecord> runs = {made_run("a", 0, {"training.order_seed=1"}, {{"test_accuracy", 0.5}}),
                                   made_run("a", 1, {"training.order_seed=2"}, {{"test_accuracy", 0.7}})};
    runs[0].evaluations = {Evaluation{.step = 1}, Evaluation{.step = 2}, Evaluation{.step = 3}};
    const auto rows = [&](RowOf of) { return sheet_of(runs, columns_of_rows(runs, {}, of), of).rows.size(); };
    CHECK(rows(RowOf::run) == 2);
    CHECK(rows(RowOf::evaluation) == 3);
    CHECK(rows(RowOf::group) == 1);  // an order that lotteries draw from the seed does not part them
    CHECK(columns_of_rows(runs, {}, RowOf::run).size() == 1);
}

TEST_CASE("collecting: files that were not readable are counted, the first with its reason", "[sweep][collecting]") {
    CHECK(unreadable_runs({made_run("a", 0, {})}).empty());
    CHECK_THAT(unreadable_runs({unreadable_run("x/run.h5"), made_run("a", 0, {}), unreadable_run("y/run.h5")}),
               Catch::Matchers::StartsWith("2 of 3 run files cannot be read: damaged (and 1 more)"));
}

}  // namespace espalier::sweep
