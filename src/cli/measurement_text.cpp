#include <algorithm>
#include <cmath>
#include <optional>

#include <nlohmann/json.hpp>

#include <espalier/cli/curve_table.hpp>
#include <espalier/cli/measurement_text.hpp>
#include <espalier/cli/metric_json.hpp>
#include <espalier/cli/table.hpp>

namespace espalier::cli {
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
    std::string text = measured.topology.label + "\n" + table.text();
    for (const auto& [name, result] : measured.results) {
        if (is_of_series(name)) text.append("\n").append(curve_tables("network: " + name, result.network));
    }
    return text;
}

std::string as_csv(const std::vector<Measured>& all) {
    Table table({"topology", "layer", "metric", "value"});
    const auto add = [&](const Measured& measured, const std::string& layer, const Numbers& numbers) {
        for (const auto& [name, value] : numbers) table.add({measured.topology.label, layer, name, exact(value)});
    };
    for (const Measured& measured : all) {
        for (std::size_t k = 0; k < measured.topology.layers.size(); ++k) {
            add(measured, measured.topology.layers[k].name, numbers_at(measured, k, true));
        }
        add(measured, "network", numbers_at(measured, std::nullopt, true));
    }
    return table.csv();
}

}  // namespace espalier::cli
