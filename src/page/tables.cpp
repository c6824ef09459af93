#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include <nlohmann/json.hpp>

#include <espalier/page/tables.hpp>
#include <espalier/sweep/sheet.hpp>

namespace espalier::page {
namespace {

using sweep::Field;
using sweep::Sheet;

/// Results that the tables show, by their names in run files.
struct ShownResult {
    const char* name;
    const char* shown;
    const char* kind;
};
constexpr std::array<ShownResult, 12> shown_results = {{
    {"test_accuracy", "test accuracy", "percent"},
    {"best_test_accuracy", "at best validation", "percent"},
    {"validation_accuracy", "validation accuracy", "percent"},
    {"test_loss", "test loss", "number"},
    {"density", "density", "percent"},
    {"exploration_rate", "R_s", "percent"},
    {"seconds", "time", "seconds"},
    {"steps_per_second", "steps/s", "number"},
    {"training_flops", "training FLOPs", "flops"},
    {"training_flops_ratio", "of dense", "percent"},
    {"inference_flops", "FLOPs a sample", "flops"},
    {"peak_rss_bytes", "memory", "bytes"},
}};

/// Text from a file, as it is: the page escapes what it shows.
Json cell_of(const Field& field) {
    if (const auto* text = std::get_if<std::string>(&field)) return *text;
    if (const auto* integer = std::get_if<std::int64_t>(&field)) return *integer;
    const auto* real = std::get_if<double>(&field);
    return real == nullptr ? Json(nullptr) : report::number(*real);
}

/// The place of a column in a sheet; -1 where it has none.
std::ptrdiff_t place_of(const Sheet& sheet, const std::string& name) {
    const auto found = std::ranges::find(sheet.header, name);
    return found == sheet.header.end() ? -1 : found - sheet.header.begin();
}

const Field& at(const std::vector<Field>& row, std::ptrdiff_t place) {
    return row[static_cast<std::size_t>(place)];
}

bool has_any(const Sheet& sheet, std::ptrdiff_t place) {
    return place >= 0 && std::ranges::any_of(sheet.rows, [&](const std::vector<Field>& row) {
               return !std::holds_alternative<std::monostate>(at(row, place));
           });
}

/// A table that grows by columns, each of which some row fills.
class ColumnTable {
  public:
    ColumnTable(const Sheet& sheet, const std::string& id, const std::string& title, const std::string& hint)
        : sheet_(sheet), json_({{"id", id}, {"title", title}, {"hint", hint}, {"columns", Json::array()}}) {
        for (std::size_t k = 0; k < sheet.rows.size(); ++k) rows_.push_back(Json::array());
    }

    void add(const std::string& shown, const std::string& kind, std::vector<Json> cells) {
        json_["columns"].push_back(column_json(shown, kind));
        for (std::size_t k = 0; k < rows_.size(); ++k) rows_[k].push_back(std::move(cells[k]));
    }

    /// A column of the sheet, where some row has a value in it.
    void add_column(const std::string& name, const std::string& shown, const std::string& kind) {
        const std::ptrdiff_t place = place_of(sheet_, name);
        if (!has_any(sheet_, place)) return;
        std::vector<Json> cells;
        for (const auto& row : sheet_.rows) cells.push_back(cell_of(at(row, place)));
        add(shown, kind, std::move(cells));
    }

    /// A mean with half its interval.
    void add_mean(const ShownResult& result) {
        const std::ptrdiff_t mean = place_of(sheet_, result.name);
        const std::ptrdiff_t half = place_of(sheet_, std::string(result.name) + "_ci95");
        if (!has_any(sheet_, mean)) return;
        std::vector<Json> cells;
        for (const auto& row : sheet_.rows) {
            const Json value = cell_of(at(row, mean));
            cells.push_back(value.is_null() ? value : Json::array({value, cell_of(at(row, half))}));
        }
        add(result.shown, result.kind, std::move(cells));
    }

    Json json(const std::string& sentence) {
        json_["rows"] = rows_;
        json_["sentence"] = sentence;
        return json_;
    }

  private:
    const Sheet& sheet_;
    Json json_;
    std::vector<Json> rows_;
};

std::string statuses_sentence(const PageRuns& all) {
    std::vector<std::string> parts;
    for (const char* status : {"finished", "running", "interrupted", "failed", "unreadable"}) {
        const auto count = static_cast<std::size_t>(std::ranges::count(all.records, status, &sweep::RunRecord::status));
        if (count > 0) parts.push_back(std::to_string(count) + " " + status);
    }
    const std::size_t topologies = all.topologies();
    const std::string masks = count_text(topologies, "topology");
    if (parts.empty()) return masks + ".";
    return count_text(all.records.size() - topologies, "run") + ": " + and_text(parts) +
           (topologies > 0 ? "; and " + masks : "") + ".";
}

/// What the groups of one key hold, in the order of the groups; runs of a group are alike in all keys.
std::vector<std::string> values_of(const PageRuns& all, const config::Key& key) {
    std::vector<std::string> values;
    for (const PageGroup& group : all.groups) {
        const Field field = sweep::config_field(all.record(all.runs[group.runs.front()]), key);
        const auto* text = std::get_if<std::string>(&field);
        const bool is_said = !std::holds_alternative<std::monostate>(field);
        values.push_back(text != nullptr ? *text : is_said ? cell_of(field).dump() : "not said");
    }
    return values;
}

}  // namespace

Json column_json(const std::string& name, const std::string& kind) {
    return {{"name", name}, {"kind", kind}};
}

Json runs_table(const PageRuns& all) {
    const Sheet sheet = sweep::sheet_of_runs(all.records, {});
    const bool are_topologies = all.topologies() == all.records.size();
    ColumnTable table(sheet, "runs", are_topologies ? "Topologies" : "Runs",
                      "one row each; a click on a column's name sorts by it");
    std::vector<Json> labels(all.records.size(), Json("(unreadable)"));
    for (const PageRun& run : all.runs) labels[run.record] = run.label;
    table.add(are_topologies ? "topology" : "run", "text", std::move(labels));
    table.add_column("status", "status", "text");
    for (const ShownResult& result : shown_results) table.add_column(result.name, result.shown, result.kind);
    table.add_column("folder", "folder", "text");
    table.add_column("reason", "why it cannot be read", "text");
    return table.json(statuses_sentence(all));
}

Json means_table(const PageRuns& all) {
    if (all.topologies() == all.runs.size()) return nullptr;
    std::vector<sweep::RunRecord> runs;
    std::ranges::copy_if(all.records, std::back_inserter(runs),
                         [](const auto& one) { return one.status != "topology"; });
    const Sheet sheet = sweep::sheet_of_means(runs, all.keys);
    ColumnTable table(sheet, "means", "Means over seeds",
                      "of finished runs that differ in the seed alone; \u00b1 half of Student's 95 % interval");
    std::vector<Json> labels;
    const std::size_t groups = all.groups.size() - all.topologies();
    for (std::size_t g = 0; g < groups; ++g) labels.emplace_back(all.groups[g].label);
    table.add("group", "text", std::move(labels));
    table.add_column("n", "n", "number");
    for (const ShownResult& result : shown_results) table.add_mean(result);
    std::size_t alone = 0;
    for (std::size_t g = 0; g < groups; ++g) alone += all.groups[g].counted.size() == 1;
    const std::string sentence =
        alone == 0 ? count_text(groups, "group") + "."
                   : count_text(alone, "group") + " of " + std::to_string(groups) + " with one run: no interval there.";
    return table.json(sentence);
}

Json differences_table(const PageRuns& all) {
    if (all.groups.size() < 2 || all.keys.empty()) return nullptr;
    Json columns = Json::array({column_json("key", "text")});
    for (const PageGroup& group : all.groups) columns.push_back(column_json(group.label, "text"));
    Json rows = Json::array();
    for (const config::Key* key : all.keys) {
        Json row = Json::array({key->name});
        for (const std::string& value : values_of(all, *key)) row.push_back(value);
        rows.push_back(std::move(row));
    }
    const std::string sentence =
        "The groups differ in " + count_text(all.keys.size(), "key") + " of the configuration.";
    return {{"id", "differences"},
            {"title", "Configuration differences"},
            {"hint", "keys in which groups differ"},
            {"columns", columns},
            {"rows", std::move(rows)},
            {"sentence", sentence}};
}

}  // namespace espalier::page
