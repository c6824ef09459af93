#include <memory>

#include <nlohmann/json.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/commands/shared_work.hpp>
#include <espalier/cli/commands/topology_argument.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/report/json.hpp>
#include <espalier/report/metric_settings.hpp>
#include <espalier/report/square_table.hpp>
#include <espalier/report/table.hpp>
#include <espalier/topology/distance/distance_matrix.hpp>
#include <espalier/topology/distance/distance_parts.hpp>

namespace espalier::cli {
namespace {

using topology::DistanceMatrix;

struct DistanceOptions {
    std::vector<std::string> topologies;
    std::vector<std::string> metrics = {"nnstd"};
    std::vector<std::string> settings;
    TopologyOptions reading{.weights = topology::WeightCheck::report};
    std::string work;
    std::int64_t block = 32;
    int threads = 0;
    bool json = false;
    bool csv = false;
};

report::Json to_json(const DistanceMatrix::Square& square) {
    report::Json rows = report::Json::array();
    for (const std::vector<double>& values : square) {
        report::Json row = report::Json::array();
        for (const double value : values) row.push_back(report::number(value));
        rows.push_back(std::move(row));
    }
    return rows;
}

report::Json to_json(const DistanceMatrix& matrix) {
    report::Json per_layer = report::Json::array();
    for (const auto& square : matrix.per_layer) per_layer.push_back(to_json(square));
    report::Json json = {{"metric", matrix.metric},
                         {"topologies", matrix.topologies},
                         {"layers", matrix.layers},
                         {"per_layer", std::move(per_layer)},
                         {"mean", to_json(matrix.mean)}};
    if (matrix.is_exact()) return json;
    report::Json bounds = report::Json::array();
    for (const auto& square : matrix.lower_bound_per_layer) bounds.push_back(to_json(square));
    json["lower_bound"] = {{"per_layer", std::move(bounds)}, {"mean", to_json(matrix.lower_bound_mean)}};
    return json;
}

std::string pair_in_words(const DistanceMatrix& matrix) {
    std::vector<std::string> header = {"layer", matrix.metric};
    if (!matrix.is_exact()) header.emplace_back("at least");
    report::Table table(header);
    const auto add = [&](const std::string& name, double value, const auto& bound) {
        std::vector<std::string> row = {name, report::rounded(value)};
        if (!matrix.is_exact()) row.push_back(report::rounded(bound()));
        table.add(std::move(row));
    };
    for (std::size_t k = 0; k < matrix.layers.size(); ++k) {
        add(matrix.layers[k], matrix.per_layer[k][0][1], [&] { return matrix.lower_bound_per_layer[k][0][1]; });
    }
    add("mean", matrix.mean[0][1], [&] { return matrix.lower_bound_mean[0][1]; });
    return table.text();
}

/// The means alone; layers are in --json and --csv.
std::string square_in_words(const DistanceMatrix& matrix) {
    std::string text = report::square_table(matrix.metric, matrix.topologies, matrix.mean);
    if (!matrix.is_exact()) text += "approximate; --json and --csv give the certified lower bounds\n";
    return text;
}

std::string as_csv(const std::vector<DistanceMatrix>& all) {
    report::Table table({"metric", "layer", "a", "b", "distance", "lower_bound"});
    for (const DistanceMatrix& matrix : all) {
        const auto add = [&](const std::string& layer, const DistanceMatrix::Square& square,
                             const DistanceMatrix::Square& bound) {
            for (std::size_t i = 0; i < square.size(); ++i) {
                for (std::size_t j = i + 1; j < square.size(); ++j) {
                    table.add({matrix.metric, layer, matrix.topologies[i], matrix.topologies[j],
                               report::exact(square[i][j]), report::exact(bound[i][j])});
                }
            }
        };
        const bool is_exact = matrix.is_exact();
        for (std::size_t k = 0; k < matrix.layers.size(); ++k) {
            add(matrix.layers[k], matrix.per_layer[k],
                is_exact ? matrix.per_layer[k] : matrix.lower_bound_per_layer[k]);
        }
        add("mean", matrix.mean, is_exact ? matrix.mean : matrix.lower_bound_mean);
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
    report::Json list = report::Json::array();
    for (const DistanceMatrix& matrix : all) list.push_back(to_json(matrix));
    return report::document(list);
}

std::vector<DistanceMatrix> in_memory(const DistanceOptions& options,
                                      const std::vector<const topology::Distance*>& wanted,
                                      const std::vector<topology::Settings>& settings) {
    const std::vector<topology::Topology> topologies = load_topologies(options.topologies, options.reading);
    if (topologies.size() < 2) throw ConfigError("distance: one topology has none; give two or more, or run.h5@all");
    std::vector<DistanceMatrix> all;
    for (std::size_t k = 0; k < wanted.size(); ++k) {
        all.push_back(topology::distance_matrix(*wanted[k], settings[k], topologies));
    }
    return all;
}

/// Block by block, this process's share of them; only the first process has the matrices in the end.
std::vector<DistanceMatrix> in_parts(const DistanceOptions& options, const WorkShare& share,
                                     const std::vector<const topology::Distance*>& wanted,
                                     const std::vector<topology::Settings>& settings) {
    std::vector<std::string> notes;
    topology::MaskFileOptions reading = options.reading.mask_files();
    reading.notice = [&](const std::string& text) { notes.push_back(text); };
    topology::TopologyReader reader(topology::named_topologies(options.topologies), reading);
    topology::DistanceWork work{.distances = wanted,
                                .settings = settings,
                                .labels = {},
                                .read = [&](std::size_t k) { return load_topology(reader, k, options.reading); },
                                .side = static_cast<std::size_t>(options.block),
                                .folder = options.work,
                                .depends_on = plan_of_reading(reader.named(), options.reading)};
    for (const topology::NamedTopology& one : reader.named()) work.labels.push_back(one.label);
    topology::DistanceParts parts(std::move(work));
    for (const std::size_t part : parts_to_do(parts, share)) parts.measure(part);
    share.meet();
    write_notes(share, notes);
    return share.is_first() ? parts.matrices() : std::vector<DistanceMatrix>();
}

int distance(const DistanceOptions& options, const WorkShare& share) {
    std::vector<const topology::Distance*> wanted;
    for (const std::string& name : options.metrics) wanted.push_back(&topology::find_distance(name));
    const std::vector<topology::Settings> settings = report::settings_for(wanted, options.settings);
    require_folder(options.work, share, "distance");
    use_threads(options.threads);
    const std::vector<DistanceMatrix> all =
        options.work.empty() ? in_memory(options, wanted, settings) : in_parts(options, share, wanted, settings);
    if (share.is_first()) write_stdout(formatted(options, all));
    return done;
}

}  // namespace

Command distance_command() {
    return distance_command(WorkShare());
}

Command distance_command(const WorkShare& share) {
    return {
        .name = "distance",
        .help = "Pairwise distances between topologies, of each layer and their mean",
        .example = "espalier distance runs/set-s0/run.h5@first runs/set-s0/run.h5 --metric nnstd,jaccard --json",
        .set_up = [share](Parser& app) -> Action {
            const auto options = std::make_shared<DistanceOptions>();
            add_topologies(app, options->topologies);
            add_metric(app, options->metrics, topology::distances(), "nnstd");
            add_metric_settings(app, options->settings);
            add_topology_options(app, options->reading);
            add_conv(app, options->reading);
            const Option work = add_work(app, options->work);
            app.add_option("--block", options->block,
                           "With --work: topologies of a block's side (32); two sides are held in memory at a time")
                .between(1, 1'000'000)
                .needs(work)
                .type_name("N");
            add_threads(app, options->threads);
            add_json_or_csv(app, options->json, options->csv);
            return [options, share] { return distance(*options, share); };
        },
        .explain =
            [] {
                return explained({columns({"layer", "mean", "at least", "metric", "a", "b", "distance", "lower_bound"}),
                                  entries(topology::distances())});
            }};
}

}  // namespace espalier::cli
