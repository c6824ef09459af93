#include <fstream>
#include <memory>

#include <fmt/format.h>

#include <espalier/base/error.hpp>
#include <espalier/base/files.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/options.hpp>
#include <espalier/cli/output.hpp>
#include <espalier/cli/table.hpp>
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
};

void add_options(Parser& app, CollectOptions& options) {
    app.add_option("RUN", options.runs, "Run files, and folders with run files at any depth").required();
    add_names(app, "--columns", options.columns,
              "Keys of the configuration that shall be columns even where all runs agree");
    const Option epochs = app.add_flag("--epochs", options.epochs, "One row an evaluation of each run");
    app.add_flag("--mean", options.mean, "One row for runs that differ in the seed alone: mean, standard deviation, n")
        .excludes(epochs);
    app.add_flag("--table", options.table,
                 "For reading: aligned, rounded, without keys that follow from the name; CSV where not given");
    app.add_option("--out", options.out, "File to write; standard output where not given").type_name("FILE");
}

std::string exact_text(const Field& field) {
    if (const auto* text = std::get_if<std::string>(&field)) return *text;
    if (const auto* integer = std::get_if<std::int64_t>(&field)) return std::to_string(*integer);
    if (const auto* real = std::get_if<double>(&field)) return exact(*real);
    return "";
}

std::string rounded_text(const Field& field) {
    if (const auto* real = std::get_if<double>(&field)) return rounded(*real);
    return std::holds_alternative<std::monostate>(field) ? "-" : exact_text(field);
}

std::string csv_of(const Sheet& sheet) {
    Table table(sheet.header);
    for (const std::vector<Field>& row : sheet.rows) {
        std::vector<std::string> cells;
        for (const Field& field : row) cells.push_back(exact_text(field));
        table.add(std::move(cells));
    }
    return table.csv();
}

/// True for the column of a standard deviation, whose mean stands before it.
bool is_deviation(const Sheet& sheet, std::size_t column) {
    return column > 0 && sheet.header[column] == sheet.header[column - 1] + "_std";
}

/// For reading: "0.8935 \u00b1 0.0064" in one column.
std::string table_of(const Sheet& sheet) {
    std::vector<std::string> header;
    for (std::size_t c = 0; c < sheet.header.size(); ++c) {
        if (!is_deviation(sheet, c)) header.push_back(sheet.header[c]);
    }
    Table table(header);
    for (const std::vector<Field>& row : sheet.rows) {
        std::vector<std::string> cells;
        for (std::size_t c = 0; c < row.size(); ++c) {
            if (!is_deviation(sheet, c)) {
                cells.push_back(rounded_text(row[c]));
            } else if (const auto* deviation = std::get_if<double>(&row[c])) {
                cells.back() += fmt::format(" \u00b1 {:.2g}", *deviation);
            }
        }
        table.add(std::move(cells));
    }
    return table.text();
}

void write(const std::string& text, const fs::path& out) {
    if (out.empty()) return write_stdout(text);
    replace_file(out, [&](const fs::path& temporary) {
        std::ofstream file(temporary, std::ios::binary);
        file << text;
        if (!file.flush()) throw IoError("cannot write " + out.string());
    });
}

/// The others are in the table; this says that it is not all.
void report_unreadable(const std::vector<RunRecord>& runs) {
    std::size_t count = 0;
    std::string first;
    for (const RunRecord& run : runs) {
        if (run.status == "unreadable" && count++ == 0) first = run.reason;
    }
    if (count == 0) return;
    throw FormatError(
        std::to_string(count) + " of " + std::to_string(runs.size()) + " run files cannot be read: " + first +
        (count > 1 ? " (and " + std::to_string(count - 1) + " more)" : "") + "; all others are collected");
}

int collect(const CollectOptions& options) {
    std::vector<RunRecord> runs;
    for (const fs::path& file : sweep::find_runs(options.runs)) runs.push_back(sweep::read_run_record(file));
    auto keys = sweep::columns_of_keys(runs, options.columns);
    if (options.mean) keys = sweep::keys_of_groups(keys, options.columns);
    if (options.table && options.columns.empty()) keys = sweep::not_implied_by_name(runs, keys);
    const Sheet sheet = options.mean     ? sweep::sheet_of_means(runs, keys)
                        : options.epochs ? sweep::sheet_of_evaluations(runs, keys)
                                         : sweep::sheet_of_runs(runs, keys);
    write(options.table ? table_of(sheet) : csv_of(sheet), options.out);
    report_unreadable(runs);
    return done;
}

}  // namespace

Command collect_command() {
    return {.name = "collect",
            .help = "Make one table of many runs: CSV, one row a run",
            .example = "espalier collect runs/tour-sweep --mean --table",
            .set_up = [](Parser& app) -> Action {
                const auto options = std::make_shared<CollectOptions>();
                add_options(app, *options);
                return [options] { return collect(*options); };
            }};
}

}  // namespace espalier::cli
