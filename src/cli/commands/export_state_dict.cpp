#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include <nlohmann/json.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands/export_state_dict.hpp>
#include <espalier/cli/terminal/progress.hpp>
#include <espalier/cli/terminal/version.hpp>
#include <espalier/nn/models/activation_choice.hpp>
#include <espalier/report/json.hpp>
#include <espalier/report/run_origin.hpp>
#include <espalier/report/topology_listing.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/topology/files/state_dict.hpp>
#include <espalier/topology/files/tensor_names.hpp>
#include <espalier/topology/graph/chain.hpp>

namespace espalier::cli {
namespace {

using topology::StateDictOptions;
using topology::StoredNetwork;
using training::RunInputs;
using training::RunSummary;

/// Layers in order, with what a model needs that state dicts do not hold: kinds, slopes that are not trained, and of
/// networks that are no chain what each takes.
report::Json layers_json(const RunSummary& run, const config::RunConfig& config) {
    const nn::ActivationChoice activation{&nn::activation(config.model.activation), config.model.leaky_slope,
                                          config.model.all_relu_slope};
    report::Json layers = report::Json::array();
    std::size_t hidden = 0;
    for (const training::LayerInfo& layer : run.info.layers) {
        report::Json json = {
            {"name", topology::without_number(layer.name)}, {"kind", layer.kind}, {"shape", layer.shape}};
        if (layer.kind == activation.kind->name) {
            const double slope = activation.slope(++hidden);
            if (slope != 0.0) json["negative_slope"] = slope;
        }
        if (layer.inputs) {
            for (const std::string& name : *layer.inputs) json["inputs"].push_back(topology::without_number(name));
        }
        layers.push_back(std::move(json));
    }
    return layers;
}

/// One number where all are equal, as they are where images are scaled as a whole.
std::string numbers_text(const std::vector<float>& numbers) {
    const bool are_equal = std::ranges::all_of(numbers, [&](float number) { return number == numbers.front(); });
    return are_equal && !numbers.empty() ? report::Json(numbers.front()).dump() : report::Json(numbers).dump();
}

void describe_run(const RunSummary& run, const StoredNetwork& network, std::map<std::string, std::string>& metadata) {
    metadata["name"] = run.info.name;
    metadata["seed"] = std::to_string(run.info.seed);
    metadata["step"] = network.topology.snapshot;
}

void describe_config(const RunSummary& run, const config::RunConfig& config,
                     std::map<std::string, std::string>& metadata) {
    metadata["model"] = config.model.kind;
    metadata["activation"] = config.model.activation;
    metadata["layers"] = layers_json(run, config).dump();
    metadata["dataset"] = config.data.dataset;
    metadata["config"] = run.info.config;
}

void describe_inputs(const RunInputs& inputs, const config::RunConfig& config,
                     std::map<std::string, std::string>& metadata) {
    metadata["inputs.scale"] = numbers_text(inputs.standardisation.scale);
    metadata["inputs.shift"] = numbers_text(inputs.standardisation.shift);
    metadata["inputs.standardise"] = config.data.standardise;
    if (!inputs.features.empty()) metadata["inputs.features"] = report::Json(inputs.features).dump();
}

/// Bytes of a file's name that are no UTF-8 become U+FFFD, as in all JSON of ours.
std::string readable(const std::string& text) {
    return report::Json::parse(report::Json(text).dump(-1, ' ', false, report::Json::error_handler_t::replace))
        .get<std::string>();
}

/// inputs = (values - mean) / std, as data pipelines have it. What did not vary in training became 0: its std is
/// infinite.
void add_arrays(const RunInputs& inputs, StateDictOptions& options) {
    std::vector<float> mean;
    std::vector<float> deviation;
    for (std::size_t k = 0; k < inputs.standardisation.scale.size(); ++k) {
        const double scale = inputs.standardisation.scale[k];
        mean.push_back(scale == 0.0 ? 0.0F : static_cast<float>(-inputs.standardisation.shift[k] / scale));
        deviation.push_back(scale == 0.0 ? std::numeric_limits<float>::infinity() : static_cast<float>(1.0 / scale));
    }
    options.arrays.emplace_back(topology::mean_tensor, std::move(mean));
    options.arrays.emplace_back(topology::std_tensor, std::move(deviation));
}

void add_inputs(const StateDictExport& options, const std::string& file, const config::RunConfig& config,
                StateDictOptions& to) {
    const report::OriginalInputs found = report::original_inputs(file, config, print_notice);
    if (found.inputs) {
        describe_inputs(*found.inputs, config, to.metadata);
        if (options.with_inputs) add_arrays(*found.inputs, to);
    } else if (options.with_inputs) {
        throw FormatError("--with-inputs: " + found.missing);
    } else {
        print_notice(found.missing + "; exported without");
    }
}

StateDictOptions described(const StateDictExport& options, const StoredNetwork& network) {
    StateDictOptions all{.with_masks = options.with_masks};
    all.metadata = {{"format", "pt"},  // what PyTorch's loaders ask for
                    {"producer", "espalier " + version()},
                    {"source", readable(std::filesystem::path(options.network).filename().string())},
                    {"density", report::Json(topology::density(network.topology)).dump()}};
    const std::optional<RunSummary> run = report::run_of(network);
    if (!run && options.with_inputs) {
        throw ConfigError("--with-inputs: " + options.network +
                          " is no run, so nothing says how its inputs were scaled");
    }
    if (!run) return all;
    describe_run(*run, network, all.metadata);
    const std::optional<config::RunConfig> config = report::recorded_config(*run, network.topology.source);
    if (!config) {
        if (!options.with_inputs) return all;
        throw ConfigError("--with-inputs: " + options.network +
                          " was written by another program's training loop, which has not said how inputs were scaled");
    }
    describe_config(*run, *config, all.metadata);
    if (config->training.weight_average > 0.0)
        all.metadata["weights"] = options.reading.unaveraged ? "trained" : "average";
    add_inputs(options, network.topology.source, *config, all);
    return all;
}

}  // namespace

void note_averages(const StoredNetwork& network) {
    if (network.topology.source.empty()) return;
    const std::optional<RunSummary> run = report::run_of(network);
    if (!run) return;
    const std::optional<config::RunConfig> config = report::recorded_config(*run, network.topology.source);
    if (!config || config->training.weight_average == 0.0) return;
    print_notice(
        "the weights are averages over the run's steps (training.weight_average); --unaveraged gives those "
        "that training goes on from");
}

void require_state_dict_name(const std::string& out) {
    const std::string extension = std::filesystem::path(out).extension();
    if (extension == ".safetensors" || extension == ".npz") return;
    throw ConfigError("--out " + out + ": --format state-dict writes FILE.safetensors or FILE.npz");
}

void note_lost_feeding(const topology::Topology& topology, const std::string& out) {
    if (topology::is_unbranched(topology)) return;
    print_notice(out + " does not hold which layers feed which: read again as masks, they count as a chain");
}

std::string exported_state_dict(const StateDictExport& options) {
    topology::MaskFileOptions reading = options.reading.mask_files();
    reading.keeps_flat = true;
    const StoredNetwork network = topology::read_network(options.network, reading);
    topology::write_state_dict(options.out, network, described(options, network));
    note_lost_feeding(network.topology, options.out);
    if (!options.reading.unaveraged) note_averages(network);
    if (!options.json) return report::listed(network.topology) + "\nwritten to " + options.out + "\n";
    report::Json json = report::listed_json(network.topology);
    json["format"] = "state-dict";
    json["out"] = options.out;
    return report::document(json);
}

}  // namespace espalier::cli
