#include <map>

#include <espalier/sweep/sheet.hpp>

#include "runs.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

std::size_t column(const Sheet& sheet, const std::string& name) {
    const auto found = std::ranges::find(sheet.header, name);
    REQUIRE(found != sheet.header.end());
    return static_cast<std::size_t>(found - sheet.header.begin());
}

double number(const Sheet& sheet, std::size_t row, const std::string& name) {
    return std::get<double>(sheet.rows[row][column(sheet, name)]);
}

/// By the textbook's other formula: (sum of squares - n mean^2) / (n - 1).
double deviation(const std::vector<double>& values) {
    double sum = 0.0;
    double squares = 0.0;
    for (const double value : values) {
        sum += value;
        squares += value * value;
    }
    const auto n = static_cast<double>(values.size());
    return std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1.0)));
}

}  // namespace

TEST_CASE("means: over seeds, with sample standard deviation and count", "[sweep][sheet]") {
    std::vector<RunRecord> runs = {made_run("set", 0, {}, {{"test_accuracy", 0.8}}),
                                   made_run("rigl", 0, {}, {{"test_accuracy", 0.5}}),
                                   made_run("set", 1, {}, {{"test_accuracy", 0.9}}),
                                   made_run("set", 2, {}, {{"test_accuracy", 0.1}}), unreadable_run("runs/x/run.h5")};
    runs[3].status = "interrupted";
    const Sheet sheet = sheet_of_means(runs, {});
    REQUIRE(sheet.rows.size() == 2);
    CHECK(sheet.rows[0][0] == Field(std::string("set")));
    CHECK(sheet.rows[0][column(sheet, "n")] == Field(std::int64_t{2}));
    CHECK(sheet.rows[0][column(sheet, "unfinished")] == Field(std::int64_t{1}));
    CHECK(number(sheet, 0, "test_accuracy") == Approx(0.85));
    CHECK(number(sheet, 0, "test_accuracy_std") == Approx(std::sqrt(0.005)));
    CHECK(number(sheet, 1, "test_accuracy") == 0.5);
    CHECK(sheet.rows[1][column(sheet, "test_accuracy_std")] == Field());  // of one run there is none
    CHECK(sheet.rows[1][column(sheet, "density")] == Field());
    for (const auto& row : sheet.rows) CHECK(row.size() == sheet.header.size());
}

TEST_CASE("means: of equal numbers it is that number, without deviation", "[sweep][sheet]") {
    std::vector<RunRecord> runs;
    for (int seed = 0; seed < 3; ++seed) runs.push_back(made_run("set", seed, {}, {{"density", 0.1}}));
    const Sheet sheet = sheet_of_means(runs, {});
    CHECK(number(sheet, 0, "density") == 0.1);
    CHECK(number(sheet, 0, "density_std") == 0.0);
    CHECK(number(sheet, 0, "density_ci95") == 0.0);
}

TEST_CASE("means: where all runs of a row lack a result it says why", "[sweep][sheet]") {
    std::vector<RunRecord> runs = {made_run("own", 0, {}, {{"density", 0.1}}),
                                   made_run("own", 1, {}, {{"density", 0.1}}),
                                   made_run("set", 0, {}, {{"test_accuracy", 0.5}})};
    for (const std::size_t k : {0, 1}) runs[k].results.emplace_back("test_accuracy_reason", std::string("no test set"));
    const Sheet sheet = sheet_of_means(runs, {});
    CHECK(sheet.rows[0][column(sheet, "test_accuracy_reason")] == Field(std::string("no test set")));
    CHECK(sheet.rows[1][column(sheet, "test_accuracy_reason")] == Field());
    for (const auto& row : sheet.rows) CHECK(row.size() == sheet.header.size());
}

TEST_CASE("means: a result has a count of its own where some runs of a group lack it, not where all do",
          "[sweep][sheet]") {
    std::vector<RunRecord> runs = {made_run("set", 0, {}, {{"best_step", 10.0}}),
                                   made_run("set", 1, {}, {{"best_step", 30.0}}), made_run("rigl", 0, {}, {})};
    const auto has_count = [&] {
        const Sheet sheet = sheet_of_means(runs, {});
        return std::ranges::find(sheet.header, "best_step_n") != sheet.header.end();
    };
    CHECK_FALSE(has_count());
    runs.push_back(made_run("set", 2, {}, {}));
    CHECK(has_count());
    const Sheet sheet = sheet_of_means(runs, {});
    CHECK(number(sheet, 0, "best_step") == 20.0);
    CHECK(sheet.rows[0][column(sheet, "best_step_n")] == Field(std::int64_t{2}));
}

TEST_CASE("means: an order of the samples drawn from the seed is a seed, unless it is asked for", "[sweep][sheet]") {
    const std::vector<RunRecord> runs = {made_run("ticket", 0, {"training.order_seed=7"}),
                                         made_run("ticket", 1, {"training.order_seed=8"})};
    const auto rows = [&](const std::vector<std::string>& asked) {
        return sheet_of_means(runs, keys_of_groups(columns_of_keys(runs, asked), asked)).rows.size();
    };
    CHECK(rows({}) == 1);
    CHECK(rows({"training.order_seed"}) == 2);
}

TEST_CASE("means agree with their definition on random runs", "[sweep][sheet]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (int round = 0; round < 50; ++round) {
        std::vector<RunRecord> runs;
        std::map<std::pair<std::string, double>, std::vector<double>> groups;
        for (std::int64_t seed = 0; seed < 40; ++seed) {
            const std::string name = stream.below(2) == 0 ? "a" : "b";
            const double density = static_cast<double>(1 + stream.below(3)) / 8.0;
            const double accuracy = static_cast<double>(stream.below(1000)) / 1000.0;
            runs.push_back(
                made_run(name, seed, {"sparsity.density=" + std::to_string(density)}, {{"test_accuracy", accuracy}}));
            groups[{name, density}].push_back(accuracy);
        }
        const Sheet sheet = sheet_of_means(runs, columns_of_keys(runs, {}));
        REQUIRE(sheet.rows.size() == groups.size());
        for (std::size_t row = 0; row < sheet.rows.size(); ++row) {
            const auto& values =
                groups.at({std::get<std::string>(sheet.rows[row][0]), number(sheet, row, "sparsity.density")});
            CHECK(sheet.rows[row][column(sheet, "n")] == Field(static_cast<std::int64_t>(values.size())));
            double sum = 0.0;
            for (const double value : values) sum += value;
            CHECK(number(sheet, row, "test_accuracy") == Approx(sum / static_cast<double>(values.size())));
            if (values.size() < 2) continue;
            CHECK(number(sheet, row, "test_accuracy_std") == Approx(deviation(values)).margin(1e-7));
        }
    }
}

}  // namespace espalier::sweep
