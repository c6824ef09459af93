#include <algorithm>

#include <espalier/sweep/sheet.hpp>

namespace espalier::sweep {
namespace {

/// Runs that differ in nothing but the seed.
struct Group {
    std::vector<Field> front;  ///< name and keys
    std::vector<const RunRecord*> finished{};
    std::int64_t unfinished = 0;
};

std::vector<Field> front(const RunRecord& run, const std::vector<const config::Key*>& keys) {
    std::vector<Field> fields = {run.name};
    for (const config::Key* key : keys) fields.push_back(field_of(key->get(run.config)));
    return fields;
}

std::vector<Group> groups(const std::vector<RunRecord>& runs, const std::vector<const config::Key*>& keys) {
    std::vector<Group> all;
    for (const RunRecord& run : runs) {
        if (run.status == "unreadable") continue;
        std::vector<Field> fields = front(run, keys);
        auto group = std::ranges::find(all, fields, &Group::front);
        if (group == all.end()) group = all.insert(all.end(), {.front = std::move(fields)});
        if (run.status == "finished") {
            group->finished.push_back(&run);
        } else {
            ++group->unfinished;
        }
    }
    return all;
}

/// Mean and sample standard deviation, the sum of squares about the mean over n - 1.
struct Spread {
    Field mean;
    Field deviation;
};

Spread spread(const std::vector<double>& values) {
    if (values.empty()) return {};
    const auto n = static_cast<double>(values.size());
    double sum = 0.0;
    for (const double value : values) sum += value;
    const double mean = sum / n;
    if (values.size() == 1) return {.mean = mean, .deviation = {}};
    double squares = 0.0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return {.mean = mean, .deviation = std::sqrt(squares / (n - 1.0))};
}

Spread spread(const Group& group, const std::string& result) {
    std::vector<double> values;
    for (const RunRecord* run : group.finished) {
        const double value = run->result(result);
        if (!std::isnan(value)) values.push_back(value);
    }
    return spread(values);
}

std::vector<std::string> header(const std::vector<const config::Key*>& keys, const std::vector<std::string>& results) {
    std::vector<std::string> names = {"name"};
    for (const config::Key* key : keys) names.push_back(key->name);
    names.emplace_back("n");
    for (const std::string& result : results) {
        names.push_back(result);
        names.push_back(result + "_std");
    }
    names.emplace_back("unfinished");
    return names;
}

}  // namespace

Sheet sheet_of_means(const std::vector<RunRecord>& runs, const std::vector<const config::Key*>& keys) {
    const std::vector<std::string> results = result_names(runs);
    Sheet sheet{.header = header(keys, results), .rows = {}};
    for (const Group& group : groups(runs, keys)) {
        std::vector<Field> row = group.front;
        row.emplace_back(static_cast<std::int64_t>(group.finished.size()));
        for (const std::string& result : results) {
            const auto [mean, deviation] = spread(group, result);
            row.push_back(mean);
            row.push_back(deviation);
        }
        row.emplace_back(group.unfinished);
        sheet.rows.push_back(std::move(row));
    }
    return sheet;
}

}  // namespace espalier::sweep
