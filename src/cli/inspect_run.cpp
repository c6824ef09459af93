#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include <espalier/cli/inspect.hpp>
#include <espalier/cli/json.hpp>
#include <espalier/cli/shapes.hpp>
#include <espalier/cli/table.hpp>
#include <espalier/tickets/run_tickets.hpp>
#include <espalier/training/objective.hpp>
#include <espalier/training/run_summary.hpp>

namespace espalier::cli {
namespace {

using training::Columns;
using training::RunSummary;

/// A snapshot's label is its step in nine digits.
Json step_of(const std::string& label) {
    std::int64_t step = 0;
    const char* end = label.data() + label.size();
    const auto [stop, failed] = std::from_chars(label.data(), end, step);
    return failed == std::errc{} && stop == end ? Json(step) : Json(label);
}

Json to_json(const hdf5::Attribute& attribute) {
    return std::visit(
        [](const auto& value) {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, double>) {
                return number(value);
            } else {
                return Json(value);
            }
        },
        attribute);
}

std::size_t rows(const training::Column& column) {
    return std::visit([](const auto& values) { return values.size(); }, column);
}

std::size_t rows(const Columns& table) {
    return table.empty() ? 0 : rows(table.begin()->second);
}

Json last_of(const training::Column& column) {
    return std::visit(
        [](const auto& values) {
            using Item = typename std::decay_t<decltype(values)>::value_type;
            if (values.empty()) return Json();
            if constexpr (std::is_same_v<Item, double>) {
                return number(values.back());
            } else {
                return Json(values.back());
            }
        },
        column);
}

Json to_json(const Columns& table) {
    Json last = Json::object();
    for (const auto& [name, column] : table) {
        last[name] = last_of(column);
        if (name == "accuracy" && last[name].is_null()) last["accuracy_reason"] = training::no_accuracy_reason;
    }
    return {{"rows", rows(table)}, {"last", std::move(last)}};
}

/// The density a layer had last, by its position in the network; NaN where none was recorded.
double last_density(const RunSummary& run, std::size_t layer) {
    const auto table = run.metrics.find("topology");
    if (table == run.metrics.end()) return std::nan("");
    const auto numbers = table->second.find("layer");
    const auto densities = table->second.find("density");
    if (numbers == table->second.end() || densities == table->second.end()) return std::nan("");
    const auto* number = std::get_if<std::vector<std::int64_t>>(&numbers->second);
    const auto* density = std::get_if<std::vector<double>>(&densities->second);
    if (number == nullptr || density == nullptr) return std::nan("");
    for (std::size_t row = number->size(); row-- > 0;) {
        if ((*number)[row] == static_cast<std::int64_t>(layer)) return (*density)[row];
    }
    return std::nan("");
}

Json layers_json(const RunSummary& run) {
    Json layers = Json::array();
    for (std::size_t k = 0; k < run.info.layers.size(); ++k) {
        const training::LayerInfo& layer = run.info.layers[k];
        layers.push_back({{"name", layer.name},
                          {"kind", layer.kind},
                          {"shape", layer.shape},
                          {"sparse", layer.sparse},
                          {"asked_density", number(layer.asked_density)},
                          {"density", number(last_density(run, k))}});
    }
    return layers;
}

Json tickets_json(const RunSummary& run) {
    Json list = Json::array();
    for (const tickets::RunTicket& ticket : tickets::run_tickets(run)) {
        Json json = {{"ticket", ticket.ticket}, {"step", ticket.step}, {"snapshot", ticket.snapshot}};
        const bool has_accuracy = !std::isnan(ticket.test_accuracy);
        put_number(json, "validation_accuracy", ticket.validation_accuracy,
                   has_accuracy ? "data.validation is 0" : training::no_accuracy_reason);
        put_number(json, "test_accuracy", ticket.test_accuracy, training::no_accuracy_reason);
        put_number(json, "density", ticket.density, "");
        list.push_back(std::move(json));
    }
    return list;
}

Json parts_json(const RunSummary& run) {
    Json list = Json::array();
    for (const training::RunPart& part : run.parts) {
        list.push_back({{"step", part.step},
                        {"instruction_set", part.instruction_set},
                        {"version", part.version},
                        {"threads", part.threads},
                        {"created", part.created}});
    }
    return list;
}

/// A row for each part of a run that was resumed; empty for one that was not.
std::string parts_in_words(const RunSummary& run) {
    if (run.parts.size() < 2) return "";
    Table table({"part after step", "instruction set", "espalier", "threads", "begun"});
    for (const training::RunPart& part : run.parts) {
        table.add({std::to_string(part.step), part.instruction_set, part.version, std::to_string(part.threads),
                   part.created});
    }
    return "\n" + table.text();
}

Json to_json(const RunSummary& run, const std::string& file) {
    Json snapshots = Json::array();
    for (const std::string& label : run.snapshots) snapshots.push_back(step_of(label));
    Json metrics = Json::object();
    for (const auto& [name, table] : run.metrics) metrics[name] = to_json(table);
    Json results = Json::object();
    for (const auto& [name, value] : run.results) results[name] = to_json(value);
    return {{"file", file},
            {"name", run.info.name},
            {"seed", run.info.seed},
            {"status", run.status},
            {"created", run.created},
            {"espalier_version", run.info.espalier_version},
            {"environment", run.info.environment},
            {"parts", parts_json(run)},
            {"layers", layers_json(run)},
            {"snapshots", std::move(snapshots)},
            {"tickets", tickets_json(run)},
            {"metrics", std::move(metrics)},
            {"results", std::move(results)},
            {"config", run.info.config}};
}

std::string snapshots_in_words(const std::vector<std::string>& labels) {
    if (labels.empty()) return "none";
    return std::to_string(labels.size()) + ", from " + step_of(labels.front()).dump() + " to " +
           step_of(labels.back()).dump();
}

/// Empty for a run that made none.
std::string tickets_in_words(const RunSummary& run) {
    Table table({"ticket", "end of its phase", "snapshot", "validation accuracy", "test accuracy", "density"});
    const std::vector<tickets::RunTicket> tickets = tickets::run_tickets(run);
    for (const tickets::RunTicket& ticket : tickets) {
        table.add({std::to_string(ticket.ticket), std::to_string(ticket.step), std::to_string(ticket.snapshot),
                   rounded(ticket.validation_accuracy), rounded(ticket.test_accuracy), rounded(ticket.density)});
    }
    return tickets.empty() ? std::string() : std::string(1, '\n').append(table.text());
}

std::string in_words(const RunSummary& run, const std::string& file) {
    Table facts({"run", run.info.name});
    facts.add({"file", file});
    facts.add({"status", run.status});
    facts.add({"seed", std::to_string(run.info.seed)});
    facts.add({"created", run.created});
    facts.add({"espalier", run.info.espalier_version});
    facts.add({"environment", run.info.environment});
    facts.add({"snapshots", snapshots_in_words(run.snapshots)});
    for (const auto& [name, value] : run.results) facts.add({name, to_json(value).dump()});
    Table layers({"layer", "kind", "shape", "sparse", "asked density", "density"});
    for (std::size_t k = 0; k < run.info.layers.size(); ++k) {
        const training::LayerInfo& layer = run.info.layers[k];
        layers.add({layer.name, layer.kind, shape_text(layer.shape), layer.sparse ? "yes" : "no",
                    rounded(layer.asked_density), rounded(last_density(run, k))});
    }
    std::string text = facts.text() + parts_in_words(run) + "\n" + layers.text() + tickets_in_words(run);
    for (const auto& [name, table] : run.metrics) {
        text += "\nmetrics/" + name + ": " + std::to_string(rows(table)) + " rows; last " +
                to_json(table)["last"].dump() + "\n";
    }
    return text;
}

}  // namespace

std::string inspect_run(const std::filesystem::path& path, bool json) {
    const RunSummary run = training::read_run_summary(path);
    return json ? document(to_json(run, path.string())) : in_words(run, path.string());
}

}  // namespace espalier::cli
