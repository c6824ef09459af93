#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/named.hpp>
#include <espalier/sweep/collecting.hpp>

namespace espalier::sweep {

AskedColumns asked_columns(const std::vector<std::string>& names, const std::vector<RunRecord>& runs,
                           std::string_view where) {
    std::vector<std::string> known = sheet_of_evaluations(runs, {}).header;
    const std::vector<std::string> results = result_names(runs);
    known.insert(known.end(), results.begin(), results.end());
    const std::vector<std::string> keys = names_of(config::schema());
    AskedColumns asked;
    for (const std::string& name : names) {
        if (std::ranges::find(keys, name) != keys.end()) {
            asked.keys.push_back(name);
        } else if (std::ranges::find(known, name) != known.end()) {
            asked.others.push_back(name);
        } else {
            known.insert(known.end(), keys.begin(), keys.end());
            throw ConfigError(std::string(where) + ": '" + name +
                              "' is neither a key of the configuration nor a result." + did_you_mean(name, known));
        }
    }
    return asked;
}

std::vector<const config::Key*> columns_of_rows(const std::vector<RunRecord>& runs, const AskedColumns& asked,
                                                RowOf rows) {
    std::vector<const config::Key*> keys = columns_of_keys(runs, asked.keys);
    return rows == RowOf::group ? keys_of_groups(std::move(keys), asked.keys) : keys;
}

Sheet sheet_of(const std::vector<RunRecord>& runs, const std::vector<const config::Key*>& keys, RowOf rows) {
    if (rows == RowOf::group) return sheet_of_means(runs, keys);
    if (rows == RowOf::evaluation) return sheet_of_evaluations(runs, keys);
    return sheet_of_runs(runs, keys);
}

std::string unreadable_runs(const std::vector<RunRecord>& runs) {
    std::size_t count = 0;
    std::string first;
    for (const RunRecord& run : runs) {
        if (run.status == "unreadable" && count++ == 0) first = run.reason;
    }
    if (count == 0) return "";
    return std::to_string(count) + " of " + std::to_string(runs.size()) + " run files cannot be read: " + first +
           (count > 1 ? " (and " + std::to_string(count - 1) + " more)" : "") + "; all others are collected";
}

}  // namespace espalier::sweep
