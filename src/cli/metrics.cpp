#include <cmath>
#include <map>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <espalier/base/error.hpp>
#include <espalier/base/named.hpp>
#include <espalier/base/threads.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/metric_json.hpp>
#include <espalier/cli/metric_settings.hpp>
#include <espalier/cli/options.hpp>
#include <espalier/cli/output.hpp>
#include <espalier/cli/table.hpp>
#include <espalier/cli/topology_argument.hpp>
#include <espalier/topology/registry.hpp>

namespace espalier::cli {
namespace {

using topology::Metric;
using topology::MetricResult;
using topology::Settings;
using topology::Topology;

struct MetricsOptions {
    std::vector<std::string> topologies;
    std::vector<std::string> metrics;
    std::vector<std::string> settings;
    TopologyOptions reading;
    int threads = 0;
    bool json = false;
    bool csv = false;
};

/// A topology with what was measured, in the order asked for.
struct Measured {
    Topology topology;
    std::vector<std::pair<std::string, MetricResult>> results;
};

/// Edges and density are always told; then what was asked for, or all that costs little.
std::vector<const Metric*> chosen(const std::vector<std::string>& names) {
    std::vector<const Metric*> metrics = {&topology::find_metric("edges"), &topology::find_metric("density")};
    const auto add = [&](const Metric& metric) {
        if (std::ranges::find(metrics, &metric) == metrics.end()) metrics.push_back(&metric);
    };
    for (const std::string& name : names) add(topology::find_metric(name));
    for (const Metric& metric : topology::metrics()) {
        if (names.empty() && !metric.is_costly) add(metric);
    }
    return metrics;
}

/// A metric that nobody asked for by name does not end the command where a topology is not what it needs (layers that
/// do not chain, such as those of a network with shortcuts): it is undefined and says why.
MetricResult measure_if_possible(const Metric& metric, const Topology& topology, const Settings& settings) {
    try {
        return metric.measure(topology, settings);
    } catch (const FormatError& error) {
        const topology::MetricValue none = topology::MetricValue::undefined(error.what());
        return {std::vector<topology::MetricValue>(topology.layers.size(), none), none};
    }
}

/// @param are_named  the metrics were asked for by name
std::vector<Measured> measure_all(std::vector<Topology> topologies, const std::vector<const Metric*>& metrics,
                                  const std::vector<Settings>& settings, bool are_named) {
    std::vector<Measured> all(topologies.size());
    for (std::size_t k = 0; k < all.size(); ++k) all[k].topology = std::move(topologies[k]);
    parallel_for(all.size(), [&](std::size_t k) {
        for (std::size_t m = 0; m < metrics.size(); ++m) {
            const Metric& metric = *metrics[m];
            all[k].results.emplace_back(metric.name, are_named
                                                         ? metric.measure(all[k].topology, settings[m])
                                                         : measure_if_possible(metric, all[k].topology, settings[m]));
        }
    });
    return all;
}

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

/// One row a number, one column a layer: there are more numbers than layers.
std::string in_words(const Measured& measured) {
    std::vector<std::string> header = {""};
    std::vector<Numbers> columns;
    for (std::size_t k = 0; k < measured.topology.layers.size(); ++k) {
        header.push_back(measured.topology.layers[k].name);
        columns.push_back(numbers_at(measured, k, false));
    }
    header.emplace_back("network");
    columns.push_back(numbers_at(measured, std::nullopt, false));
    std::vector<std::string> names;  // of all columns: where something is undefined its fields are missing
    for (const Numbers& column : columns) {
        for (const auto& [name, value] : column) {
            if (std::ranges::find(names, name) == names.end()) names.push_back(name);
        }
    }
    Table table(header);
    for (const std::string& name : names) {
        std::vector<std::string> row = {name};
        for (const Numbers& column : columns) {
            const auto found = std::ranges::find(column, name, &std::pair<std::string, double>::first);
            row.push_back(rounded(found == column.end() ? std::nan("") : found->second));
        }
        table.add(std::move(row));
    }
    return measured.topology.label + "\n" + table.text();
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

std::string formatted(const MetricsOptions& options, const std::vector<Measured>& all) {
    if (options.csv) return as_csv(all);
    if (!options.json) {
        std::string text;
        for (const Measured& measured : all) text.append(text.empty() ? "" : "\n").append(in_words(measured));
        return text;
    }
    Json list = Json::array();
    for (const Measured& measured : all) list.push_back(to_json(measured));
    return document(list);
}

int metrics(const MetricsOptions& options) {
    const std::vector<const Metric*> wanted = chosen(options.metrics);
    const std::vector<Settings> settings = settings_for(wanted, options.settings);
    use_threads(options.threads);
    write_stdout(formatted(options, measure_all(load_topologies(options.topologies, options.reading), wanted, settings,
                                                !options.metrics.empty())));
    return done;
}

}  // namespace

Command metrics_command() {
    return {.name = "metrics",
            .help = "Graph metrics of topologies, of each layer and of the whole network",
            .example = "espalier metrics runs/set-s0/run.h5@first runs/set-s0/run.h5 --metric degree --json",
            .set_up = [](CLI::App& app) -> Action {
                const auto options = std::make_shared<MetricsOptions>();
                add_topologies(app, options->topologies);
                add_metric(app, options->metrics, topology::metrics(), "all but the costly");
                add_settings(app, options->settings);
                add_topology_options(app, options->reading);
                add_conv(app, options->reading);
                add_threads(app, options->threads);
                add_json_or_csv(app, options->json, options->csv);
                return [options] { return metrics(*options); };
            }};
}

}  // namespace espalier::cli
