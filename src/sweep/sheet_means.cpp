#include <algorithm>
#include <set>

#include <espalier/sweep/confidence.hpp>
#include <espalier/sweep/run_groups.hpp>
#include <espalier/sweep/sheet.hpp>

namespace espalier::sweep {
namespace {

/// Mean, sample standard deviation (the sum of squares about the mean over n - 1), and how far the mean is sure.
struct Spread {
    Field mean{};
    Field deviation{};
    Field half_interval{};
    std::size_t n = 0;
};

Spread spread(const std::vector<double>& values) {
    if (values.empty()) return {};
    const auto n = static_cast<double>(values.size());
    double sum = 0.0;
    for (const double value : values) sum += value;
    const double mean = sum / n;
    if (values.size() == 1) return {.mean = mean, .n = 1};
    if (std::ranges::min(values) == std::ranges::max(values)) {  // whose rounded mean may be another number
        return {.mean = values.front(), .deviation = 0.0, .half_interval = 0.0, .n = values.size()};
    }
    double squares = 0.0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const double deviation = std::sqrt(squares / (n - 1.0));
    return {.mean = mean,
            .deviation = deviation,
            .half_interval = half_interval_95(deviation, values.size()),
            .n = values.size()};
}

Spread spread(const RunGroup& group, const std::string& result) {
    std::vector<double> values;
    for (const RunRecord* run : group.finished) {
        const double value = run->result(result);
        if (!std::isnan(value)) values.push_back(value);
    }
    return spread(values);
}

/// What means are taken of: results that are numbers.
struct Averaged {
    std::string result;
    bool has_counts = false;   ///< not every finished run has it
    bool has_reasons = false;  ///< a group has it in no run, and says why
};

/// Why no run of the group has this result; nothing where one has it, or none says why.
Field reason_of_lack(const RunGroup& group, const std::string& result) {
    if (spread(group, result).n > 0) return {};
    for (const RunRecord* run : group.finished) {
        for (const auto& [name, value] : run->results) {
            const auto* text = std::get_if<std::string>(&value);
            if (text != nullptr && name == result + "_reason") return *text;
        }
    }
    return {};
}

std::vector<Averaged> averaged(const std::vector<RunRecord>& runs, const std::vector<RunGroup>& groups) {
    std::set<std::string> texts;
    for (const RunRecord& run : runs) {
        for (const auto& [name, value] : run.results) {
            if (std::holds_alternative<std::string>(value)) texts.insert(name);
        }
    }
    std::vector<Averaged> all;
    for (const std::string& result : result_names(runs)) {
        if (texts.contains(result)) continue;
        const auto lacks_some = [&](const RunGroup& group) {
            const std::size_t n = spread(group, result).n;
            return n > 0 && n < group.finished.size();
        };
        const auto says_why = [&](const RunGroup& group) { return reason_of_lack(group, result) != Field(); };
        all.push_back({result, std::ranges::any_of(groups, lacks_some), std::ranges::any_of(groups, says_why)});
    }
    return all;
}

std::vector<std::string> header_of_means(const std::vector<const config::Key*>& keys,
                                         const std::vector<Averaged>& results) {
    std::vector<std::string> names = {"name"};
    for (const config::Key* key : keys) names.push_back(key->name);
    names.emplace_back("n");
    for (const auto& [result, has_counts, has_reasons] : results) {
        names.insert(names.end(), {result, result + "_std", result + "_ci95"});
        if (has_counts) names.push_back(result + "_n");
        if (has_reasons) names.push_back(result + "_reason");
    }
    names.insert(names.end(), {"unfinished", "ci95_reason"});
    return names;
}

Field reason_of_none(std::size_t n) {
    if (n == 0) return std::string("no run is finished");
    return n == 1 ? Field(std::string("one run has no deviation and no interval")) : Field();
}

}  // namespace

Sheet sheet_of_means(const std::vector<RunRecord>& runs, const std::vector<const config::Key*>& keys) {
    const std::vector<RunGroup> all = groups_of_runs(runs, keys);
    const std::vector<Averaged> results = averaged(runs, all);
    Sheet sheet{.header = header_of_means(keys, results), .rows = {}};
    for (const RunGroup& group : all) {
        std::vector<Field> row = group.front;
        row.emplace_back(static_cast<std::int64_t>(group.finished.size()));
        for (const auto& [result, has_counts, has_reasons] : results) {
            const Spread of = spread(group, result);
            row.insert(row.end(), {of.mean, of.deviation, of.half_interval});
            if (has_counts) row.emplace_back(static_cast<std::int64_t>(of.n));
            if (has_reasons) row.push_back(reason_of_lack(group, result));
        }
        row.emplace_back(group.unfinished());
        row.push_back(reason_of_none(group.finished.size()));
        sheet.rows.push_back(std::move(row));
    }
    return sheet;
}

}  // namespace espalier::sweep
