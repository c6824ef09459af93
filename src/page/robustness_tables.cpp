#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/page/robustness_tables.hpp>
#include <espalier/page/tables.hpp>

namespace espalier::page {
namespace {

/// What lies beside one run.
struct StoredSuite {
    std::string run;
    Json all;  ///< the file
};

/// The value at a path of keys, null where there is none.
Json value_at(const Json& json, const std::vector<std::string>& keys) {
    const Json* at = &json;
    for (const std::string& key : keys) {
        if (!at->is_object() || !at->contains(key)) return nullptr;
        at = &(*at)[key];
    }
    return *at;
}

/// Of the list below `robustness` the entry whose `key` is `name`.
Json entry_of(const Json& file, const std::string& list, const std::string& key, const std::string& name) {
    const Json entries = value_at(file, {"robustness", list});
    if (!entries.is_array()) return nullptr;
    for (const Json& entry : entries) {
        if (value_at(entry, {key}) == name) return entry;
    }
    return nullptr;
}

Json number_or_null(const Json& value) {
    return value.is_number() ? value : Json(nullptr);
}

std::vector<StoredSuite> stored_suites(const PageRuns& all, std::vector<std::string>& left_out) {
    std::vector<StoredSuite> suites;
    for (const PageRun& run : all.runs) {
        if (run.mask) continue;
        const std::filesystem::path file = all.record(run).file.parent_path() / "robustness.json";
        std::error_code ignored;
        if (!std::filesystem::exists(file, ignored)) continue;
        Json found = Json::parse(std::ifstream(file), nullptr, false);
        if (!found.is_object() || !value_at(found, {"robustness"}).is_object()) {
            left_out.push_back(file.string() + " is no result of espalier evaluate --suite");
            continue;
        }
        const Json snapshot = value_at(found, {"snapshot"});
        const std::vector<std::string>& there = run.summary.snapshots;
        if (snapshot.is_string() && !there.empty() && there.back() != snapshot.get<std::string>()) {
            left_out.push_back(file.string() + " is of snapshot " + snapshot.get<std::string>() +
                               ", and the run's last is " + there.back() +
                               ": espalier evaluate --suite ... --force measures that");
            continue;
        }
        suites.push_back({run.label, std::move(found)});
    }
    return suites;
}

/// Sets that samples are told from, of all runs, in their order.
std::vector<std::string> foreign_sets(const std::vector<StoredSuite>& suites) {
    std::vector<std::string> sets;
    for (const StoredSuite& suite : suites) {
        const Json list = value_at(suite.all, {"robustness", "ood"});
        if (!list.is_array()) continue;
        for (const Json& entry : list) {
            const Json name = value_at(entry, {"set"});
            if (name.is_string() && std::ranges::find(sets, name.get<std::string>()) == sets.end())
                sets.push_back(name.get<std::string>());
        }
    }
    return sets;
}

Json summary_table(const std::vector<StoredSuite>& suites) {
    Json columns = {column_json("run", "text"),
                    column_json("samples", "number"),
                    column_json("accuracy", "percent"),
                    column_json("ECE", "number"),
                    column_json("NLL", "number"),
                    column_json("Brier", "number"),
                    column_json("spoiled, mean of 15", "percent")};
    const std::vector<std::pair<std::string, std::string>> attacks = {
        {"fgsm", "FGSM"}, {"pgd_linf", "PGD, largest change"}, {"pgd_l2", "PGD, Euclidean"}};
    for (const auto& attack : attacks) columns.push_back(column_json(attack.second, "percent"));
    const std::vector<std::string> sets = foreign_sets(suites);
    for (const std::string& set : sets) columns.push_back(column_json("AUROC to " + set, "number"));
    columns.push_back(column_json("high-frequency energy", "percent"));
    Json rows = Json::array();
    for (const StoredSuite& suite : suites) {
        const auto of = [&](std::vector<std::string> keys) {
            keys.insert(keys.begin(), "robustness");
            return number_or_null(value_at(suite.all, keys));
        };
        Json row = {suite.run,
                    of({"samples"}),
                    number_or_null(value_at(suite.all, {"test_accuracy"})),
                    of({"calibration", "ece"}),
                    of({"calibration", "nll"}),
                    of({"calibration", "brier"}),
                    of({"corruptions", "mean_accuracy"})};
        for (const auto& attack : attacks)
            row.push_back(number_or_null(value_at(entry_of(suite.all, "attacks", "name", attack.first), {"accuracy"})));
        for (const std::string& set : sets)
            row.push_back(number_or_null(value_at(entry_of(suite.all, "ood", "set", set), {"max_softmax", "auroc"})));
        row.push_back(of({"frequency", "spectral_energy"}));
        rows.push_back(std::move(row));
    }
    return {{"id", "robustness"},
            {"title", "Robustness"},
            {"hint", "what espalier evaluate --suite has stored beside runs; attacks with the budgets in their files"},
            {"columns", std::move(columns)},
            {"rows", std::move(rows)},
            {"sentence",
             "The last snapshot of each run on its test set. Frost is drawn, not photographed: docs/robustness.md says "
             "what differs from published sets of spoiled images."}};
}

Json corruptions_table(const std::vector<StoredSuite>& suites) {
    Json columns = {column_json("corruption", "text"), column_json("group", "text")};
    Json rows = Json::array();
    for (const StoredSuite& suite : suites) {
        const Json types = value_at(suite.all, {"robustness", "corruptions", "types"});
        if (!types.is_array()) continue;
        columns.push_back(column_json(suite.run, "percent"));
        for (const Json& type : types) {
            const Json name = value_at(type, {"name"});
            auto row = std::ranges::find_if(rows, [&](const Json& one) { return one[0] == name; });
            if (row == rows.end()) {
                rows.push_back({name, value_at(type, {"group"})});
                row = std::prev(rows.end());
            }
            while (row->size() + 1 < columns.size()) row->push_back(nullptr);
            row->push_back(number_or_null(value_at(type, {"mean_accuracy"})));
        }
    }
    for (Json& row : rows) {
        while (row.size() < columns.size()) row.push_back(nullptr);
    }
    if (rows.empty()) return nullptr;
    return {{"id", "corruptions"},
            {"title", "Accuracy on spoiled images"},
            {"hint", "mean over five severities"},
            {"columns", std::move(columns)},
            {"rows", std::move(rows)},
            {"sentence", ""}};
}

}  // namespace

std::vector<Json> robustness_tables(const PageRuns& all, std::vector<std::string>& left_out) {
    const std::vector<StoredSuite> suites = stored_suites(all, left_out);
    if (suites.empty()) return {};
    return {summary_table(suites), corruptions_table(suites)};
}

}  // namespace espalier::page
