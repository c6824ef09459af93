#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
#include <optional>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/commands/topology_argument.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/data/selected_features.hpp>
#include <espalier/report/feature_report.hpp>
#include <espalier/topology/structure/strongest_inputs.hpp>
#include <espalier/training/run/load_data.hpp>
#include <espalier/training/run/run_summary.hpp>
#include <espalier/training/trainer/feature_evaluation.hpp>
#include <espalier/training/trainer/objective.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;
using topology::RankedInput;
using topology::Topology;
using Numbers = std::vector<std::uint32_t>;

struct FeaturesOptions {
    std::string topology;
    TopologyOptions reading;
    std::size_t keep = 0;
    std::string out;
    bool force = false;
    bool evaluate = false;
    training::FeatureJudge judge;
    int threads = 0;
    bool json = false;
    bool csv = false;
};

Topology one_topology(const FeaturesOptions& options) {
    std::vector<Topology> topologies = load_topologies({options.topology}, options.reading);
    if (topologies.size() != 1) {
        throw ConfigError(options.topology + " is " + std::to_string(topologies.size()) +
                          " topologies; features are ranked by one, for instance " + topologies.front().label);
    }
    if (topologies.front().layers.empty()) throw ConfigError(options.topology + " has no layers");
    return std::move(topologies.front());
}

std::vector<RankedInput> ranking(const FeaturesOptions& options, const Topology& topology) {
    try {
        return topology::strongest_inputs(topology.layers.front(), options.keep);
    } catch (const ConfigError& error) {
        throw ConfigError(topology.label + ": " + error.what());
    }
}

/// What a run was trained with; none where the topology is not from a run.
/// @throws ConfigError where another layer than a run's first was asked for: its inputs are no features
std::optional<config::RunConfig> run_config(const Topology& topology) {
    if (topology.source.empty()) return std::nullopt;
    std::string text;
    try {
        text = training::read_run_summary(topology.source).info.config;
    } catch (const FormatError&) {
        return std::nullopt;  // a topology file
    }
    const std::string& layer = topology.layers.front().name;
    if (!layer.starts_with("000_")) {
        throw ConfigError("--layers: the features are inputs of the run's first layer, not of " + layer);
    }
    if (text.empty()) return std::nullopt;  // of another program's loop
    return config::parse_toml(text, topology.source).config;
}

Numbers inputs_of(const std::vector<RankedInput>& ranked) {
    Numbers numbers;
    for (const RankedInput& entry : ranked) numbers.push_back(entry.input);
    return numbers;
}

/// A network that was trained on some features only: its inputs by their numbers in the dataset.
std::vector<RankedInput> as_features(std::vector<RankedInput> ranked, const std::optional<config::RunConfig>& config) {
    if (!config || config->data.features.empty()) return ranked;
    const Numbers features = data::read_feature_numbers(config->data.features);
    for (RankedInput& entry : ranked) {
        if (entry.input >= features.size()) {
            throw ConfigError(config->data.features + " no longer holds the features that this run was trained on");
        }
        entry.input = features[entry.input];
    }
    return ranked;
}

/// @param inputs as the network numbers them
report::FeatureEvaluation evaluation(const FeaturesOptions& options, const std::optional<config::RunConfig>& config,
                                     const Numbers& inputs) {
    if (!config) {
        throw ConfigError("--evaluate: " + options.topology +
                          " is not of a run, so its dataset is not known; train with data.features = FILE instead");
    }
    const data::Dataset dataset = training::load_data(*config);
    if (dataset.test.count == 0) throw ConfigError("--evaluate: " + std::string(training::no_test_reason));
    Numbers all(dataset.train.features);
    std::iota(all.begin(), all.end(), 0U);
    const auto judged = [&](const Numbers& features) {
        return training::accuracy_with_features(config->data, dataset, features, options.judge);
    };
    return {.selected = judged(inputs),
            .random = judged(training::random_features(all.size(), inputs.size(), options.judge.seed)),
            .all = judged(all)};
}

void write_numbers(const FeaturesOptions& options, const Numbers& features) {
    if (options.out.empty()) return;
    replace_file(options.out, [&](const fs::path& temporary) {
        std::ofstream file(temporary);
        for (const std::uint32_t f : features) file << f << '\n';
        file.flush();
        if (!file) throw_errno("cannot write", options.out);
    });
}

void check_options(const FeaturesOptions& options) {
    if (options.csv && options.evaluate) {
        throw ConfigError("--csv prints the ranking alone: give --json, or neither, with --evaluate");
    }
    if (!options.out.empty() && !options.force && fs::exists(options.out)) {
        throw ConfigError("--out " + options.out + " exists; --force replaces it");
    }
}

int features(const FeaturesOptions& options) {
    check_options(options);
    use_threads(options.threads);
    const Topology topology = one_topology(options);
    const std::vector<RankedInput> inputs = ranking(options, topology);
    const std::optional<config::RunConfig> config = run_config(topology);
    report::FeatureReport report{.topology = topology.label,
                                 .layer = topology.layers.front().name,
                                 .inputs = topology.layers.front().pattern.cols(),
                                 .ranked = as_features(inputs, config),
                                 .out = options.out,
                                 .judge = options.judge,
                                 .evaluation = {}};
    if (options.evaluate) report.evaluation = evaluation(options, config, inputs_of(inputs));
    write_numbers(options, inputs_of(report.ranked));
    write_stdout(options.json  ? report::as_json(report)
                 : options.csv ? report::as_csv(report)
                               : report::in_words(report));
    return done;
}

void add_evaluation(Parser& app, FeaturesOptions& options) {
    const Option evaluate =
        app.add_flag("--evaluate", options.evaluate,
                     "Train a dense classifier on these features, on as many random ones and on all of the run's "
                     "dataset, and print their test accuracies");
    app.add_option("--hidden", options.judge.hidden, "Hidden neurons of that classifier (300)")
        .between(1, 1 << 20)
        .type_name("N")
        .needs(evaluate);
    app.add_option("--epochs", options.judge.epochs, "Epochs it is trained (10)")
        .between(1, 1000000)
        .type_name("N")
        .needs(evaluate);
    app.add_option("--seed", options.judge.seed, "Of its training and of the random features (0)")
        .not_negative()
        .type_name("N")
        .needs(evaluate);
}

}  // namespace

Command features_command() {
    return {
        .name = "features",
        .help = "The inputs that matter most, by the strength of their weights (QuickSelection)",
        .example =
            "espalier features runs/autoencoder/run.h5 --keep 50 --out picked.txt\n"
            "  espalier run mine.toml --set data.features=picked.txt",
        .set_up = [](Parser& app) -> Action {
            const auto options = std::make_shared<FeaturesOptions>();
            app.add_option("TOPOLOGY", options->topology,
                           "One topology with weights, as 'espalier metrics' takes them; its first layer counts")
                .required()
                .type_name("");
            app.add_option("--keep", options->keep, "How many features to keep").required().type_name("K");
            app.add_option("--out", options->out,
                           "Text file for their numbers, one per line, strongest first: what data.features takes")
                .type_name("FILE");
            app.add_flag("--force", options->force, "Replace --out where it exists");
            add_evaluation(app, *options);
            add_topology_options(app, options->reading);
            add_threads(app, options->threads);
            add_json_or_csv(app, options->json, options->csv);
            return [options] { return features(*options); };
        },
        .explain =
            [] {
                return explained({columns({"rank", "feature", "strength", "trained on", "features", "test accuracy"})});
            }};
}

}  // namespace espalier::cli
