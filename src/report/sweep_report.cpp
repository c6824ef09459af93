#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>
#include <espalier/report/sweep_report.hpp>
#include <espalier/report/table.hpp>
#include <espalier/report/units.hpp>

namespace espalier::report {
namespace {

using sweep::Item;

Json to_json(const config::Value& value) {
    return std::visit(
        [](const auto& held) {
            if constexpr (std::is_same_v<std::decay_t<decltype(held)>, double>) {
                return number(held);
            } else {
                return Json(held);
            }
        },
        value);
}

Json point_json(const Item& item) {
    Json run = {{"folder", item.folder.string()}};
    run["variant"] = item.point.variant.empty() ? Json() : Json(item.point.variant);
    run["values"] = Json::object();
    for (const auto& [key, value] : item.point.values) run["values"][key] = to_json(value);
    run["seed"] = item.point.config.seed;
    return run;
}

Json result_json(const Item& item) {
    Json run = point_json(item);
    run["status"] = item.status;
    if (has_failed(item)) run["reason"] = item.reason;
    run["ran"] = item.ran;
    for (const std::string& name : sweep::common_results()) {
        put_number(run, name, item.state.record.result(name), "not in the run file");
    }
    return run;
}

Json sweep_head_json(const SweepResult& result) {
    return {{"sweep", result.name}, {"out", result.out.string()}};
}

/// Columns that say which run it is: variant and keys of the grid, by their last parts.
std::vector<std::string> point_header(const std::vector<Item>& items) {
    std::vector<std::string> header = {"run"};
    if (items.empty()) return header;
    if (!items.front().point.variant.empty()) header.emplace_back("variant");
    for (const auto& [key, value] : items.front().point.values) header.push_back(key.substr(key.rfind('.') + 1));
    header.emplace_back("seed");
    return header;
}

std::vector<std::string> point_cells(const Item& item) {
    std::vector<std::string> cells = {item.point.name};
    if (!item.point.variant.empty()) cells.push_back(item.point.variant);
    for (const auto& [key, value] : item.point.values) cells.push_back(sweep::plain_text(value));
    cells.push_back(std::to_string(item.point.config.seed));
    return cells;
}

bool have_result(const std::vector<Item>& items, const std::string& name) {
    return std::ranges::any_of(items, [&](const Item& item) { return !std::isnan(item.state.record.result(name)); });
}

/// Where no run has a test accuracy, validation stands beside it.
Table result_table(const std::vector<Item>& items) {
    std::vector<std::string> header = point_header(items);
    const bool validation = !have_result(items, "test_accuracy") && have_result(items, "validation_accuracy");
    header.insert(header.end(), {"status", "test_accuracy"});
    if (validation) header.emplace_back("validation_accuracy");
    header.insert(header.end(), {"density", "seconds"});
    Table table(header);
    for (const Item& item : items) {
        std::vector<std::string> cells = point_cells(item);
        const sweep::RunRecord& record = item.state.record;
        cells.push_back(item.status);
        cells.push_back(percent(record.result("test_accuracy")));
        if (validation) cells.push_back(percent(record.result("validation_accuracy")));
        cells.push_back(rounded(record.result("density")));
        cells.push_back(duration_text(record.result("seconds")));
        table.add(std::move(cells));
    }
    return table;
}

/// Why test accuracies are missing, each reason once.
std::string missing_text(const std::vector<Item>& items) {
    std::set<std::string> reasons;
    for (const Item& item : items) {
        for (const auto& [name, value] : item.state.record.results) {
            const auto* reason = std::get_if<std::string>(&value);
            if (name == "test_accuracy_reason" && reason != nullptr) reasons.insert(*reason);
        }
    }
    std::string text;
    for (const std::string& reason : reasons) text.append("- test_accuracy: ").append(reason).append("\n");
    return text.empty() ? "" : "\n" + text;
}

}  // namespace

bool has_failed(const Item& item) {
    return item.status == "failed" || item.status == "unreadable";
}

std::size_t SweepResult::count(const std::string& wanted) const {
    return static_cast<std::size_t>(std::ranges::count(items, wanted, &Item::status));
}

std::size_t SweepResult::failed() const {
    return static_cast<std::size_t>(std::ranges::count_if(items, has_failed));
}

std::string SweepResult::status() const {
    if (stopped) return "interrupted";
    if (failed() > 0) return "failed";
    return count("finished") == items.size() ? "finished" : "interrupted";
}

std::string sweep_json(const SweepResult& result) {
    Json json = sweep_head_json(result);
    json["status"] = result.status();
    json["runs"] = Json::array();
    for (const Item& item : result.items) json["runs"].push_back(result_json(item));
    return document(json);
}

std::string sweep_text(const SweepResult& result) {
    return result_table(result.items).text() + missing_text(result.items) + endings_text(result);
}

std::string endings_text(const SweepResult& result) {
    std::string text = fmt::format("\n{}: {} of {} runs finished\n", result.out.string(), result.count("finished"),
                                   result.items.size());
    for (const Item& item : result.items) {
        if (has_failed(item)) text += fmt::format("{} {}: {}\n", item.status, item.folder.string(), item.reason);
    }
    if (result.failed() > 0) text += "the same command with --retry-failed begins these anew\n";
    if (result.status() == "interrupted") text += "interrupted: the same command goes on where it stopped\n";
    return text;
}

std::string agenda_json(const SweepResult& result) {
    Json json = sweep_head_json(result);
    json["runs"] = Json::array();
    for (const Item& item : result.items) {
        Json run = point_json(item);
        run["status"] = item.state.status;
        run["step"] = sweep::to_string(item.step);
        json["runs"].push_back(std::move(run));
    }
    return document(json);
}

std::string agenda_text(const SweepResult& result) {
    std::vector<std::string> header = point_header(result.items);
    header.emplace_back("there is");
    header.emplace_back("would be done");
    Table table(header);
    for (const Item& item : result.items) {
        std::vector<std::string> cells = point_cells(item);
        cells.push_back(item.state.status);
        cells.push_back(sweep::to_string(item.step));
        table.add(std::move(cells));
    }
    return table.text();
}

std::string prepared_text(const SweepResult& result) {
    const std::string out = result.out.string();
    return fmt::format(
        "\n{} runs are prepared, nothing is started. One of them: espalier run {}/run.toml --out {} --resume-or-start\n"
        "elements.txt lists all; in an array of a batch system: espalier sweep --element {} --index 0, ... {}\n",
        result.items.size(), result.items.front().folder.string(), result.items.front().folder.string(), out,
        result.items.size() - 1);
}

}  // namespace espalier::report
