#include <algorithm>
#include <cmath>
#include <optional>

#include <nlohmann/json.hpp>

#include <espalier/base/text/text.hpp>
#include <espalier/report/curve_table.hpp>
#include <espalier/report/measurement_text.hpp>
#include <espalier/report/metric_json.hpp>
#include <espalier/report/table.hpp>

namespace espalier::report {
namespace {

/// Numbers of one place (a layer or the network) by dotted name.
using Numbers = std::vector<std::pair<std::string, double>>;

Numbers numbers_at(const Measured& measured, std::optional<std::size_t> layer, bool with_lists) {
    Numbers all;
    for (const auto& [name, result] : measured.results) {
        for (auto& number : flattened(name, layer ? result.layers[*layer] : result.network, with_lists)) {
            all.push_back(number);
        }
    }
    return all;
}

/// What is undefined at one place, and why, by dotted name.
using Reasons = std::vector<std::pair<std::string, std::string>>;

Reasons reasons_at(const Measured& measured, std::optional<std::size_t> layer) {
    Reasons all;
    for (const auto& [name, result] : measured.results) {
        for (auto& one : undefined_parts(name, layer ? result.layers[*layer] : result.network)) {
            all.push_back(std::move(one));
        }
    }
    return all;
}

/// "- score in fc1, fc2: no edges", one line for what is undefined for one reason; empty where all is defined.
std::string reasons_in_words(const Measured& measured) {
    std::vector<std::pair<std::pair<std::string, std::string>, std::vector<std::string>>> places;
    const auto add = [&](const std::string& place, const Reasons& reasons) {
        for (const auto& one : reasons) {
            auto known = std::ranges::find(places, one, &std::decay_t<decltype(places)>::value_type::first);
            if (known == places.end()) known = places.insert(places.end(), {one, {}});
            known->second.push_back(place);
        }
    };
    for (std::size_t k = 0; k < measured.topology.layers.size(); ++k) {
        add(measured.topology.layers[k].name, reasons_at(measured, k));
    }
    add("network", reasons_at(measured, std::nullopt));
    std::string text;
    for (const auto& [what, where] : places) {
        text += "- " + what.first + " in " + join(where) + ": " + what.second + "\n";
    }
    return text;
}

/// Names of all columns, metric by metric: where an object is undefined its fields are missing, and its own name is no
/// row where another column has them.
std::vector<std::string> row_names(const std::vector<Numbers>& columns, const Measured& measured) {
    std::vector<std::string> names;
    for (const auto& [metric, result] : measured.results) {
        std::vector<std::string> of_metric;
        for (const Numbers& column : columns) {
            for (const auto& [name, value] : column) {
                const bool belongs = name == metric || name.starts_with(metric + ".");
                if (belongs && std::ranges::find(of_metric, name) == of_metric.end()) of_metric.push_back(name);
            }
        }
        for (const std::string& name : of_metric) {
            const auto is_within = [&](const std::string& other) { return other.starts_with(name + "."); };
            if (std::ranges::none_of(of_metric, is_within)) names.push_back(name);
        }
    }
    return names;
}

}  // namespace

Json to_json(const Measured& measured) {
    Json layers = Json::array();
    for (std::size_t k = 0; k < measured.topology.layers.size(); ++k) {
        const topology::Layer& layer = measured.topology.layers[k];
        Json entry = {{"name", layer.name}, {"inputs", layer.pattern.cols()}, {"outputs", layer.pattern.rows()}};
        for (const auto& [name, result] : measured.results) put_metric(entry, name, result.layers[k]);
        layers.push_back(std::move(entry));
    }
    Json network = Json::object();
    for (const auto& [name, result] : measured.results) put_metric(network, name, result.network);
    return {{"topology", measured.topology.label}, {"layers", std::move(layers)}, {"network", std::move(network)}};
}

std::string in_words(const Measured& measured) {
    std::vector<std::string> header = {""};
    std::vector<Numbers> columns;
    for (std::size_t k = 0; k < measured.topology.layers.size(); ++k) {
        header.push_back(measured.topology.layers[k].name);
        columns.push_back(numbers_at(measured, k, false));
    }
    header.emplace_back("network");
    columns.push_back(numbers_at(measured, std::nullopt, false));
    Table table(header);
    for (const std::string& name : row_names(columns, measured)) {
        std::vector<std::string> row = {name};
        for (const Numbers& column : columns) {
            const auto found = std::ranges::find(column, name, &std::pair<std::string, double>::first);
            row.push_back(rounded(found == column.end() ? std::nan("") : found->second));
        }
        table.add(std::move(row));
    }
    std::string text = measured.topology.label + "\n" + table.text() + reasons_in_words(measured);
    for (const auto& [name, result] : measured.results) {
        if (is_of_series(name)) text.append("\n").append(curve_tables("network: " + name, result.network));
    }
    return text;
}

std::string as_csv(const std::vector<Measured>& all) {
    Table table({"topology", "layer", "metric", "value", "reason"});
    const auto add = [&](const Measured& measured, const std::string& place, std::optional<std::size_t> layer) {
        const Reasons reasons = reasons_at(measured, layer);
        for (const auto& [name, value] : numbers_at(measured, layer, true)) {
            const auto reason = std::ranges::find(reasons, name, &Reasons::value_type::first);
            table.add(
                {measured.topology.label, place, name, exact(value), reason == reasons.end() ? "" : reason->second});
        }
    };
    for (const Measured& measured : all) {
        for (std::size_t k = 0; k < measured.topology.layers.size(); ++k) {
            add(measured, measured.topology.layers[k].name, k);
        }
        add(measured, "network", std::nullopt);
    }
    return table.csv();
}

}  // namespace espalier::report
