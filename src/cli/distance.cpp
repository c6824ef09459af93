#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <espalier/base/error.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/json.hpp>
#include <espalier/cli/options.hpp>
#include <espalier/cli/output.hpp>
#include <espalier/cli/table.hpp>
#include <espalier/cli/topology_argument.hpp>
#include <espalier/topology/distance_matrix.hpp>

namespace espalier::cli {
namespace {

using topology::DistanceMatrix;

struct DistanceOptions {
    std::vector<std::string> topologies;
    std::vector<std::string> metrics = {"nnstd"};
    TopologyOptions reading;
    int threads = 0;
    bool json = false;
    bool csv = false;
};

Json to_json(const DistanceMatrix::Square& square) {
    Json rows = Json::array();
    for (const std::vector<double>& values : square) {
        Json row = Json::array();
        for (const double value : values) row.push_back(number(value));
        rows.push_back(std::move(row));
    }
    return rows;
}

Json to_json(const DistanceMatrix& matrix) {
    Json per_layer = Json::array();
    for (const auto& square : matrix.per_layer) per_layer.push_back(to_json(square));
    return {{"metric", matrix.metric},
            {"topologies", matrix.topologies},
            {"layers", matrix.layers},
            {"per_layer", std::move(per_layer)},
            {"mean", to_json(matrix.mean)}};
}

std::string pair_in_words(const DistanceMatrix& matrix) {
    Table table({"layer", matrix.metric});
    for (std::size_t k = 0; k < matrix.layers.size(); ++k) {
        table.add({matrix.layers[k], rounded(matrix.per_layer[k][0][1])});
    }
    table.add({"mean", rounded(matrix.mean[0][1])});
    return table.text();
}

/// The means alone; layers are in --json and --csv.
std::string square_in_words(const DistanceMatrix& matrix) {
    std::vector<std::string> header = {matrix.metric};
    for (std::size_t k = 0; k < matrix.topologies.size(); ++k) header.push_back(std::to_string(k));
    Table table(header);
    for (std::size_t i = 0; i < matrix.topologies.size(); ++i) {
        std::vector<std::string> row = {std::to_string(i) + " " + matrix.topologies[i]};
        for (const double value : matrix.mean[i]) row.push_back(rounded(value));
        table.add(std::move(row));
    }
    return table.text();
}

std::string as_csv(const std::vector<DistanceMatrix>& all) {
    Table table({"metric", "layer", "a", "b", "distance"});
    for (const DistanceMatrix& matrix : all) {
        const auto add = [&](const std::string& layer, const DistanceMatrix::Square& square) {
            for (std::size_t i = 0; i < square.size(); ++i) {
                for (std::size_t j = i + 1; j < square.size(); ++j) {
                    table.add({matrix.metric, layer, matrix.topologies[i], matrix.topologies[j], exact(square[i][j])});
                }
            }
        };
        for (std::size_t k = 0; k < matrix.layers.size(); ++k) add(matrix.layers[k], matrix.per_layer[k]);
        add("mean", matrix.mean);
    }
    return table.csv();
}

std::string formatted(const DistanceOptions& options, const std::vector<DistanceMatrix>& all) {
    if (options.csv) return as_csv(all);
    if (!options.json) {
        std::string text;
        for (const DistanceMatrix& matrix : all) {
            const bool is_pair = matrix.topologies.size() == 2;
            text.append(text.empty() ? "" : "\n").append(is_pair ? pair_in_words(matrix) : square_in_words(matrix));
        }
        return text;
    }
    Json list = Json::array();
    for (const DistanceMatrix& matrix : all) list.push_back(to_json(matrix));
    return document(list);
}

int distance(const DistanceOptions& options) {
    std::vector<const topology::Distance*> wanted;
    for (const std::string& name : options.metrics) wanted.push_back(&topology::find_distance(name));
    use_threads(options.threads);
    const std::vector<topology::Topology> topologies = load_topologies(options.topologies, options.reading);
    if (topologies.size() < 2) throw ConfigError("distance: one topology has none; give two or more, or run.h5@all");
    std::vector<DistanceMatrix> all;
    for (const topology::Distance* metric : wanted) all.push_back(topology::distance_matrix(*metric, topologies));
    write_stdout(formatted(options, all));
    return done;
}

}  // namespace

Command distance_command() {
    return {.name = "distance",
            .help = "Pairwise distances between topologies, of each layer and their mean",
            .example = "espalier distance runs/set-s0/run.h5@first runs/set-s0/run.h5 --metric nnstd,jaccard --json",
            .set_up = [](CLI::App& app) -> Action {
                const auto options = std::make_shared<DistanceOptions>();
                add_topologies(app, options->topologies);
                add_metric(app, options->metrics, topology::distances(), "nnstd");
                add_topology_options(app, options->reading);
                add_threads(app, options->threads);
                add_json_or_csv(app, options->json, options->csv);
                return [options] { return distance(*options); };
            }};
}

}  // namespace espalier::cli
