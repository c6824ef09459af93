#include <espalier/base/text/text.hpp>
#include <espalier/report/sheet_table.hpp>

#include "sweep/runs.hpp"

namespace espalier::report {
using namespace testing;
using sweep::Field;
using sweep::RunRecord;
using sweep::Sheet;
namespace {

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

std::size_t widest(const std::string& text) {
    std::size_t width = 0;
    for (const std::string& line : split(text.substr(0, text.find("\n\n")), '\n')) width = std::max(width, line.size());
    return width;
}

/// Four runs with many results.
std::vector<RunRecord> four_runs() {
    std::vector<RunRecord> runs;
    for (const std::string density : {"0.1", "0.05"}) {
        for (const int seed : {10, 9}) {
            runs.push_back(made_run("set", seed, {"sparsity.density=" + density},
                                    {{"test_accuracy", 0.84368},
                                     {"validation_accuracy", 0.8},
                                     {"best_test_accuracy", 0.85},
                                     {"test_loss", 0.5},
                                     {"density", std::stod(density)},
                                     {"exploration_rate", 0.25},
                                     {"seconds", 92.0},
                                     {"steps_per_second", 23520.0},
                                     {"peak_rss_bytes", 98672640.0},
                                     {"training_flops", 1e12},
                                     {"training_flops_ratio", 0.1}}));
        }
    }
    return runs;
}

}  // namespace

TEST_CASE("sheet table: units for people, densities in the order of their values", "[cli][collect]") {
    const std::vector<RunRecord> runs = four_runs();
    const Sheet sheet = sheet_of_runs(runs, columns_of_keys(runs, {}));
    const std::string text = sheet_table(sheet, {.first = {"name", "sparsity.density", "seed"}, .asked = {}});
    CHECK(first_line(text).starts_with("name  seed  sparsity.density  test_accuracy"));
    const std::vector<std::string> lines = split(text, '\n');
    CHECK(lines[1].starts_with("set      9              0.05        84.37 %"));
    CHECK(lines[2].starts_with("set     10              0.05"));
    CHECK(lines[3].starts_with("set      9               0.1"));
    CHECK_THAT(lines[1], Contains("1m 32s"));
    CHECK_THAT(first_line(text), !Contains("status") && !Contains("folder"));  // all finished, told apart by the rest
    CHECK(widest(text) <= 120);
    CHECK_THAT(text, Contains("Not shown, to fit 120 columns: ") && Contains("training_flops") &&
                         Contains("--columns NAME,... shows them"));
}

TEST_CASE("sheet table: what is asked for is shown, however wide", "[cli][collect]") {
    const std::vector<RunRecord> runs = four_runs();
    const Sheet sheet = sheet_of_runs(runs, columns_of_keys(runs, {}));
    const std::string text = sheet_table(
        sheet, {.first = {"name", "seed"}, .asked = {"peak_rss_bytes", "steps_per_second", "folder"}, .width = 40});
    CHECK_THAT(first_line(text),
               Contains("folder") && Contains("steps_per_second") && Contains("peak_rss_bytes") && !Contains("loss"));
    CHECK_THAT(text, Contains("94.1 MiB") && Contains("23 520"));
    const std::string all = sheet_table(sheet, {.first = {"name", "seed"}, .asked = {}, .width = 1000});
    CHECK_THAT(all, Contains("training_flops_ratio") && !Contains("Not shown"));
}

TEST_CASE("sheet table: rows that nothing else tells apart have their folders", "[cli][collect]") {
    std::vector<RunRecord> runs = {made_run("a", 0, {}), made_run("a", 0, {})};
    runs[1].file = "elsewhere/run.h5";
    const std::string text = sheet_table(sheet_of_runs(runs, {}), {.first = {"name", "seed"}, .asked = {}});
    CHECK_THAT(text, Contains("elsewhere") && Contains("runs/a-0"));
}

TEST_CASE("sheet table: means stand with their intervals, or say why there is none", "[cli][collect]") {
    const std::vector<RunRecord> runs = {made_run("set", 0, {}, {{"test_accuracy", 0.8}, {"seconds", 10.0}}),
                                         made_run("set", 1, {}, {{"test_accuracy", 0.9}, {"seconds", 12.0}}),
                                         made_run("set", 2, {}, {{"test_accuracy", 0.85}}),
                                         made_run("rigl", 0, {}, {{"test_accuracy", 0.5}})};
    const Sheet sheet = sheet_of_means(runs, {});
    const std::string text = sheet_table(sheet, {.first = {"name", "n"}, .asked = {}});
    // t(0.975, 2) * 0.05 / sqrt(3) = 4.303 * 0.02887; t(0.975, 1) * sqrt(2) / sqrt(2) = 12.7
    CHECK_THAT(text, Contains("85.00 \u00b1 12.42 %") && Contains("11.0 s \u00b1 12.7 s (n 2)") && Contains("50.00 %"));
    CHECK_THAT(text, Contains("Student's 95 % confidence interval") &&
                         Contains("n = 1: one run has no deviation and no interval"));
    CHECK_THAT(text, !Contains("_std") && !Contains("_ci95") && !Contains("unfinished"));
    CHECK(split(text, '\n')[1].starts_with("rigl"));
}

TEST_CASE("sheet table: the spread is the one asked for, and is explained where one is shown", "[cli][collect]") {
    std::vector<RunRecord> runs = {made_run("set", 0, {}, {{"test_accuracy", 0.8}}),
                                   made_run("set", 1, {}, {{"test_accuracy", 0.9}})};
    const std::string text =
        sheet_table(sheet_of_means(runs, {}), {.first = {"name", "n"}, .asked = {}, .spread = ShownSpread::deviation});
    CHECK_THAT(text, Contains("85.00 \u00b1 7.07 %") && Contains("\u00b1: sample standard deviation over n seeds") &&
                         Contains("--spread ci95"));
    runs.pop_back();
    CHECK_THAT(sheet_table(sheet_of_means(runs, {}), {.first = {"name", "n"}, .asked = {}}),
               Contains("80.00 %") && !Contains("\u00b1") && Contains("one run has no deviation"));
}

TEST_CASE("sheet table: keys give way to the main result, and say so", "[cli][collect]") {
    const std::vector<RunRecord> runs = four_runs();
    const Sheet sheet = sheet_of_runs(runs, columns_of_keys(runs, {"optimizer.learning_rate", "model.activation"}));
    SheetChoice choice{.first = {"name", "model.activation", "sparsity.density", "optimizer.learning_rate", "seed"},
                       .asked = {},
                       .width = 64,
                       .keys = {"model.activation", "sparsity.density", "optimizer.learning_rate"},
                       .following = {"sparsity.grow_rule"}};
    const std::string text = sheet_table(sheet, choice);
    CHECK_THAT(first_line(text),
               Contains("test_accuracy") && Contains("sparsity.density") && !Contains("learning_rate"));
    CHECK(widest(text) <= 64);
    std::string notes = text.substr(text.find("\n\n"));
    std::ranges::replace(notes, '\n', ' ');
    CHECK_THAT(notes, Contains("Not shown, to fit 64 columns: optimizer.learning_rate, ") &&
                          Contains("Keys that vary with those shown, or with the name: sparsity.grow_rule. --columns"));
}

TEST_CASE("sheet table: without any test set validation leads, and it says why", "[cli][collect]") {
    std::vector<RunRecord> runs = {made_run("set", 0, {}, {{"validation_accuracy", 0.8}}),
                                   made_run("set", 1, {}, {{"validation_accuracy", 0.9}})};
    for (RunRecord& run : runs) run.results.emplace_back("test_accuracy_reason", std::string("there is no test set"));
    for (const Sheet& sheet : {sheet_of_means(runs, {}), sheet_of_runs(runs, {})}) {
        const std::string text = sheet_table(sheet, {.first = {"name", "n", "seed"}, .asked = {}});
        CHECK_THAT(first_line(text), Contains("validation_accuracy") && !Contains("test_accuracy"));
        CHECK_THAT(text, Contains("\nno test_accuracy: there is no test set\n"));
    }
}

TEST_CASE("sheet table: in LaTeX what stands below is a comment", "[cli][collect]") {
    const std::vector<RunRecord> runs = four_runs();
    const Sheet sheet = sheet_of_runs(runs, columns_of_keys(runs, {}));
    SheetChoice choice{.first = {"name", "sparsity.density", "seed"}, .asked = {}};
    choice.format = TableFormat::latex;
    const std::string text = sheet_table(sheet, choice);
    CHECK(text.starts_with("\\begin{tabular}{lrr"));
    const std::string below = text.substr(text.find("\\end{tabular}\n") + 14);
    for (const std::string& line : split(below, '\n')) CHECK((line.empty() || line.starts_with("% ")));
    choice.format = TableFormat::markdown;
    CHECK(sheet_table(sheet, choice).starts_with("| name | seed | sparsity.density |"));
}

TEST_CASE("sheet table: why a number is missing, and which files cannot be read", "[cli][collect]") {
    std::vector<RunRecord> runs = {made_run("a", 0, {}, {{"test_loss", 0.5}}), unreadable_run("runs/x/run.h5")};
    runs.push_back(made_run("b", 0, {}, {{"test_accuracy", 0.5}}));
    runs[0].results.emplace_back("test_accuracy_reason", std::string("it has no classes"));
    const std::string text = sheet_table(sheet_of_runs(runs, {}), {.first = {"name", "seed"}, .asked = {}});
    CHECK_THAT(text, Contains("\n- test_accuracy: it has no classes\n") && Contains("unreadable: damaged\n"));
    CHECK_THAT(first_line(text), Contains("status") && !Contains("reason"));
}

}  // namespace espalier::report
