#include <algorithm>
#include <memory>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/named.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/report/sheet_table.hpp>
#include <espalier/report/table.hpp>
#include <espalier/sweep/collecting.hpp>
#include <espalier/sweep/find_runs.hpp>
#include <espalier/sweep/sheet.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;
using sweep::Field;
using sweep::RunRecord;
using sweep::Sheet;

struct CollectOptions {
    std::vector<std::string> runs;
    std::vector<std::string> columns;
    std::string out;
    bool epochs = false;
    bool mean = false;
    bool table = false;
    std::string spread = "ci95";
    std::string format = "text";
};

void add_options(Parser& app, CollectOptions& options) {
    app.add_option("RUN", options.runs, "Run files, and folders with run files at any depth").required();
    add_names(app, "--columns", options.columns,
              "Keys of the configuration that shall be columns even where all runs agree, and results that --table "
              "shall show");
    const Option epochs = app.add_flag("--epochs", options.epochs, "One row an evaluation of each run");
    const Option mean =
        app.add_flag("--mean", options.mean,
                     "One row for runs that differ in the seed alone: mean, standard deviation, 95 % interval, n")
            .excludes(epochs);
    const Option table = app.add_flag(
        "--table", options.table,
        "For reading: in 120 columns, sorted, with units, without keys that follow from name and method; CSV where not "
        "given");
    app.add_option("--spread", options.spread,
                   "What the table shows behind a mean; ci95 where not given\nci95: half the 95 % confidence interval "
                   "of the mean\nstd: standard deviation over seeds")
        .type_name("ci95|std")
        .needs(mean)
        .needs(table);
    app.add_option("--format", options.format,
                   "How the table is written; text where not given\ntext: columns\nmarkdown: with pipes\nlatex: "
                   "tabular of booktabs")
        .type_name("text|markdown|latex")
        .needs(table);
    app.add_option("--out", options.out, "File to write; standard output where not given").type_name("FILE");
}

std::string exact_text(const Field& field) {
    if (const auto* text = std::get_if<std::string>(&field)) return *text;
    if (const auto* integer = std::get_if<std::int64_t>(&field)) return std::to_string(*integer);
    if (const auto* real = std::get_if<double>(&field)) return report::exact(*real);
    return "";
}

std::string csv_of(const Sheet& sheet) {
    report::Table table(sheet.header);
    for (const std::vector<Field>& row : sheet.rows) {
        std::vector<std::string> cells;
        for (const Field& field : row) cells.push_back(exact_text(field));
        table.add(std::move(cells));
    }
    return table.csv();
}

void write(const std::string& text, const fs::path& out) {
    if (out.empty()) return write_stdout(text);
    replace_with_text(out, text);
}

const std::vector<Choice<report::ShownSpread>> spreads = {{{"ci95", "", ""}, report::ShownSpread::ci95},
                                                          {{"std", "", ""}, report::ShownSpread::deviation}};
const std::vector<Choice<report::TableFormat>> formats = {{{"text", "", ""}, report::TableFormat::text},
                                                          {{"markdown", "", ""}, report::TableFormat::markdown},
                                                          {{"latex", "", ""}, report::TableFormat::latex}};

/// Name, keys, and what tells rows of equal ones apart.
std::string table_of(const Sheet& sheet, const sweep::TellingKeys& keys, const sweep::AskedColumns& asked,
                     report::SheetChoice choice) {
    choice.first = {"name"};
    for (const config::Key* key : keys.telling) {
        choice.first.push_back(key->name);
        if (std::ranges::find(asked.keys, key->name) == asked.keys.end()) choice.keys.push_back(key->name);
    }
    choice.first.insert(choice.first.end(), {"seed", "n", "step", "epoch"});
    for (const config::Key* key : keys.following) choice.following.push_back(key->name);
    choice.asked = asked.others;
    return report::sheet_table(sheet, choice);
}

int collect(const CollectOptions& options) {
    report::SheetChoice shown;
    shown.spread = choice(spreads, options.spread, "--spread");
    shown.format = choice(formats, options.format, "--format");
    std::vector<RunRecord> runs;
    for (const fs::path& file : sweep::find_runs(options.runs)) runs.push_back(sweep::read_run_record(file));
    const sweep::RowOf rows = options.mean     ? sweep::RowOf::group
                              : options.epochs ? sweep::RowOf::evaluation
                                               : sweep::RowOf::run;
    const sweep::AskedColumns asked = sweep::asked_columns(options.columns, runs, "--columns");
    sweep::TellingKeys keys{.telling = sweep::columns_of_rows(runs, asked, rows), .following = {}};
    if (options.table) keys = sweep::telling_keys(runs, keys.telling, asked.keys);
    const Sheet sheet = sweep::sheet_of(runs, keys.telling, rows);
    write(options.table ? table_of(sheet, keys, asked, std::move(shown)) : csv_of(sheet), options.out);
    const std::string unreadable = sweep::unreadable_runs(runs);
    if (!unreadable.empty()) throw FormatError(unreadable);  // the others are in the table; it is not all
    return done;
}

}  // namespace

Command collect_command() {
    return {.name = "collect",
            .help = "Make one table of many runs: CSV, one row per run",
            .example = "espalier collect runs/tour-sweep --mean --table",
            .set_up = [](Parser& app) -> Action {
                const auto options = std::make_shared<CollectOptions>();
                add_options(app, *options);
                return [options] { return collect(*options); };
            },
            .explain =
                [] {
                    return explained({columns({"folder",
                                               "name",
                                               "seed",
                                               "status",
                                               "<key>",
                                               "step",
                                               "epoch",
                                               "test_accuracy",
                                               "validation_accuracy",
                                               "best_test_accuracy",
                                               "best_step",
                                               "test_loss",
                                               "validation_loss",
                                               "density",
                                               "exploration_rate",
                                               "seconds",
                                               "steps_per_second",
                                               "peak_rss_bytes",
                                               "<name>_reason",
                                               "reason",
                                               "n",
                                               "<result>_std",
                                               "<result>_ci95",
                                               "<result>_n",
                                               "unfinished",
                                               "ci95_reason"})});
                }};
}

}  // namespace espalier::cli
