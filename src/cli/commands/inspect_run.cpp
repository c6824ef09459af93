#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include <espalier/cli/commands/inspect.hpp>
#include <espalier/report/inspect_run_text.hpp>
#include <espalier/report/json.hpp>
#include <espalier/tickets/run_tickets.hpp>
#include <espalier/training/run/run_summary.hpp>
#include <espalier/training/trainer/objective.hpp>

namespace espalier::cli {
namespace {

using training::Columns;
using training::RunSummary;

/// A snapshot's label is its step in nine digits.
report::Json step_of(const std::string& label) {
    std::int64_t step = 0;
    const char* end = label.data() + label.size();
    const auto [stop, failed] = std::from_chars(label.data(), end, step);
    return failed == std::errc{} && stop == end ? report::Json(step) : report::Json(label);
}

report::Json to_json(const hdf5::Attribute& attribute) {
    return std::visit(
        [](const auto& value) {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, double>) {
                return report::number(value);
            } else {
                return report::Json(value);
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

report::Json last_of(const training::Column& column) {
    return std::visit(
        [](const auto& values) {
            using Number = typename std::decay_t<decltype(values)>::value_type;
            if (values.empty()) return report::Json();
            if constexpr (std::is_same_v<Number, double>) {
                return report::number(values.back());
            } else {
                return report::Json(values.back());
            }
        },
        column);
}

report::Json to_json(const Columns& table) {
    report::Json last = report::Json::object();
    for (const auto& [name, column] : table) {
        last[name] = last_of(column);
        if (name == "accuracy" && last[name].is_null()) last["accuracy_reason"] = training::no_accuracy_reason;
    }
    return {{"rows", rows(table)}, {"last", std::move(last)}};
}

report::Json layers_json(const RunSummary& run) {
    report::Json layers = report::Json::array();
    for (std::size_t k = 0; k < run.info.layers.size(); ++k) {
        const training::LayerInfo& layer = run.info.layers[k];
        layers.push_back({{"name", layer.name},
                          {"kind", layer.kind},
                          {"shape", layer.shape},
                          {"sparse", layer.sparse},
                          {"asked_density", report::number(layer.asked_density)},
                          {"density", report::number(report::last_density(run, k))}});
    }
    return layers;
}

report::Json tickets_json(const RunSummary& run) {
    report::Json list = report::Json::array();
    for (const tickets::RunTicket& ticket : tickets::run_tickets(run)) {
        report::Json json = {{"ticket", ticket.ticket}, {"step", ticket.step}, {"snapshot", ticket.snapshot}};
        const bool has_accuracy = !std::isnan(ticket.test_accuracy);
        report::put_number(json, "validation_accuracy", ticket.validation_accuracy,
                           has_accuracy ? "data.validation is 0" : training::no_accuracy_reason);
        report::put_number(json, "test_accuracy", ticket.test_accuracy, training::no_accuracy_reason);
        report::put_number(json, "density", ticket.density, "");
        list.push_back(std::move(json));
    }
    return list;
}

report::Json parts_json(const RunSummary& run) {
    report::Json list = report::Json::array();
    for (const training::RunPart& part : run.parts) {
        list.push_back({{"step", part.step},
                        {"instruction_set", part.instruction_set},
                        {"version", part.version},
                        {"threads", part.threads},
                        {"created", part.created}});
    }
    return list;
}

report::Json to_json(const RunSummary& run, const std::string& file) {
    report::Json snapshots = report::Json::array();
    for (const std::string& label : run.snapshots) snapshots.push_back(step_of(label));
    report::Json metrics = report::Json::object();
    for (const auto& [name, table] : run.metrics) metrics[name] = to_json(table);
    report::Json results = report::Json::object();
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

}  // namespace

std::string inspect_run(const std::filesystem::path& path, bool json) {
    const RunSummary run = training::read_run_summary(path);
    return json ? report::document(to_json(run, path.string())) : report::run_in_words(run, path);
}

}  // namespace espalier::cli
