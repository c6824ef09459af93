#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
#include <optional>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <espalier/base/error.hpp>
#include <espalier/base/files.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/json.hpp>
#include <espalier/cli/options.hpp>
#include <espalier/cli/output.hpp>
#include <espalier/cli/table.hpp>
#include <espalier/cli/topology_argument.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/data/features.hpp>
#include <espalier/topology/strongest_inputs.hpp>
#include <espalier/training/feature_evaluation.hpp>
#include <espalier/training/load_data.hpp>
#include <espalier/training/run_summary.hpp>

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

/// Test accuracies of the judge.
struct Evaluation {
    double selected = 0.0;
    double random = 0.0;
    double all = 0.0;
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
std::optional<config::RunConfig> run_config(const Topology& topology) {
    if (topology.source.empty()) return std::nullopt;
    try {
        const std::string text = training::read_run_summary(topology.source).info.config;
        return config::parse_toml(text, topology.source).config;
    } catch (const FormatError&) {
        return std::nullopt;  // a topology file
    }
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
Evaluation evaluation(const FeaturesOptions& options, const std::optional<config::RunConfig>& config,
                      const Numbers& inputs) {
    if (!config) {
        throw ConfigError("--evaluate: " + options.topology +
                          " is not of a run, so its dataset is not known; train with data.features = FILE instead");
    }
    const data::Dataset dataset = training::load_data(*config);
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

std::string as_table(const std::vector<RankedInput>& ranked, bool csv) {
    Table table({"rank", "feature", "strength"});
    for (std::size_t k = 0; k < ranked.size(); ++k) {
        const double strength = ranked[k].strength;
        table.add({std::to_string(k + 1), std::to_string(ranked[k].input), csv ? exact(strength) : rounded(strength)});
    }
    return csv ? table.csv() : table.text();
}

std::string as_json(const FeaturesOptions& options, const Topology& topology, const std::vector<RankedInput>& ranked,
                    const std::optional<Evaluation>& judged) {
    Json json = {{"topology", topology.label},
                 {"layer", topology.layers.front().name},
                 {"inputs", topology.layers.front().pattern.cols()}};
    Json list = Json::array();
    for (const RankedInput& entry : ranked) {
        Json feature = {{"feature", entry.input}};
        put_number(feature, "strength", entry.strength, "the weights are not finite");
        list.push_back(std::move(feature));
    }
    json["features"] = std::move(list);
    if (!options.out.empty()) json["out"] = options.out;
    if (judged) {
        json["evaluation"] = {{"hidden", options.judge.hidden},    {"epochs", options.judge.epochs},
                              {"seed", options.judge.seed},        {"selected_accuracy", judged->selected},
                              {"random_accuracy", judged->random}, {"all_accuracy", judged->all}};
    }
    return document(json);
}

std::string in_words(const FeaturesOptions& options, const std::vector<RankedInput>& ranked,
                     const std::optional<Evaluation>& judged) {
    std::string text = as_table(ranked, false);
    if (!options.out.empty()) text += "\nwritten to " + options.out + "\n";
    if (!judged) return text;
    Table table({"test accuracy", "features", ""});
    const std::string count = std::to_string(ranked.size());
    table.add({"selected", count, rounded(judged->selected)});
    table.add({"random", count, rounded(judged->random)});
    table.add({"all", "", rounded(judged->all)});
    return text + "\n" + table.text();
}

int features(const FeaturesOptions& options) {
    use_threads(options.threads);
    if (!options.out.empty() && !options.force && fs::exists(options.out)) {
        throw ConfigError("--out " + options.out + " exists; --force replaces it");
    }
    const Topology topology = one_topology(options);
    const std::vector<RankedInput> inputs = ranking(options, topology);
    const std::optional<config::RunConfig> config = run_config(topology);
    const std::vector<RankedInput> ranked = as_features(inputs, config);
    std::optional<Evaluation> judged;
    if (options.evaluate) judged = evaluation(options, config, inputs_of(inputs));
    write_numbers(options, inputs_of(ranked));
    if (options.json) {
        write_stdout(as_json(options, topology, ranked, judged));
    } else {
        write_stdout(options.csv ? as_table(ranked, true) : in_words(options, ranked, judged));
    }
    return done;
}

void add_evaluation(CLI::App& app, FeaturesOptions& options) {
    CLI::Option* evaluate =
        app.add_flag("--evaluate", options.evaluate,
                     "Train a dense classifier on these features, on as many random ones and on all of the run's "
                     "dataset, and print their test accuracies");
    app.add_option("--hidden", options.judge.hidden, "Hidden neurons of that classifier (300)")
        ->check(CLI::Range(1, 1 << 20).description(""))
        ->type_name("N")
        ->needs(evaluate);
    app.add_option("--epochs", options.judge.epochs, "Epochs it is trained (10)")
        ->check(CLI::Range(1, 1000000).description(""))
        ->type_name("N")
        ->needs(evaluate);
    app.add_option("--seed", options.judge.seed, "Of its training and of the random features (0)")
        ->check(CLI::NonNegativeNumber.description(""))
        ->type_name("N")
        ->needs(evaluate);
}

}  // namespace

Command features_command() {
    return {.name = "features",
            .help = "The inputs that matter most, by the strength of their weights (QuickSelection)",
            .example =
                "espalier features runs/autoencoder/run.h5 --keep 50 --out picked.txt\n"
                "  espalier run mine.toml --set data.features=picked.txt",
            .set_up = [](CLI::App& app) -> Action {
                const auto options = std::make_shared<FeaturesOptions>();
                app.add_option("TOPOLOGY", options->topology,
                               "One topology with weights, as 'espalier metrics' takes them; its first layer counts")
                    ->required()
                    ->type_name("");
                app.add_option("--keep", options->keep, "How many")->required()->type_name("K");
                app.add_option("--out", options->out,
                               "Text file for their numbers, one a line, strongest first: what data.features takes")
                    ->type_name("FILE");
                app.add_flag("--force", options->force, "Replace --out where it exists");
                add_evaluation(app, *options);
                add_topology_options(app, options->reading);
                add_threads(app, options->threads);
                add_json_or_csv(app, options->json, options->csv);
                return [options] { return features(*options); };
            }};
}

}  // namespace espalier::cli
