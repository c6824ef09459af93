#include <memory>

#include <nlohmann/json.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/commands/topology_argument.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/report/measurement_text.hpp>
#include <espalier/report/metric_settings.hpp>

namespace espalier::cli {
namespace {

struct MetricsOptions {
    std::vector<std::string> topologies;
    std::vector<std::string> metrics;
    std::vector<std::string> settings;
    TopologyOptions reading{.weights = topology::WeightCheck::report};
    topology::NullModelOptions null_model{.samples = 0};  ///< no samples: none is wanted
    int threads = 0;
    bool json = false;
    bool csv = false;
};

std::string formatted(const MetricsOptions& options, const std::vector<report::Measured>& all) {
    if (options.csv) return report::as_csv(all);
    if (!options.json) {
        std::string text;
        for (const report::Measured& measured : all) text.append(text.empty() ? "" : "\n").append(in_words(measured));
        return text;
    }
    report::Json list = report::Json::array();
    for (const report::Measured& measured : all) list.push_back(to_json(measured));
    return report::document(list);
}

int metrics(const MetricsOptions& options) {
    const report::Wanted wanted = report::chosen(options.metrics, options.settings);
    if (options.null_model.samples == 1) throw ConfigError("--null-model 1: at least 2 rewired networks are needed");
    use_threads(options.threads);
    std::vector<report::Measured> measured =
        wanted.of_series.empty() ? report::measure_all(load_topologies(options.topologies, options.reading), wanted)
                                 : report::measure_series(options.topologies, options.reading.mask_files(),
                                                          topology::parse_conv_mapping(options.reading.conv), wanted);
    if (options.null_model.samples > 0) {
        for (report::Measured& one : measured)
            compare_with_null(one.topology, one.results, wanted, options.metrics, options.null_model);
    }
    write_stdout(formatted(options, measured));
    return done;
}

void add_null_model(Parser& app, topology::NullModelOptions& options) {
    const Option samples =
        app.add_option("--null-model", options.samples,
                       "Compare each metric with so many networks of the same degrees, rewired at random: z-scores")
            .between(0, 1'000'000)
            .type_name("N");
    app.add_option("--null-seed", options.seed, "Seed of the null model (0)").needs(samples).type_name("SEED");
    app.add_option("--null-swaps", options.swaps, "Swaps the null model attempts for each edge (10)")
        .between(0, 1'000'000)
        .needs(samples)
        .type_name("K");
}

}  // namespace

Command metrics_command() {
    return {.name = "metrics",
            .help = "Graph metrics of topologies, of each layer and of the whole network",
            .example = "espalier metrics runs/set-s0/run.h5@first runs/set-s0/run.h5 --metric degree --json",
            .set_up = [](Parser& app) -> Action {
                const auto options = std::make_shared<MetricsOptions>();
                add_topologies(app, options->topologies);
                add_metric(app, options->metrics, report::all_metrics(), "all but the costly and those of series");
                add_metric_settings(app, options->settings);
                add_null_model(app, options->null_model);
                add_topology_options(app, options->reading);
                add_conv(app, options->reading);
                add_threads(app, options->threads);
                add_json_or_csv(app, options->json, options->csv);
                return [options] { return metrics(*options); };
            },
            .explain =
                [] {
                    return explained({columns({"topology", "layer", "network", "metric", "value", "reason"}),
                                      entries(topology::metrics())});
                }};
}

}  // namespace espalier::cli
