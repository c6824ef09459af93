#include <filesystem>

#include <espalier/base/text/error.hpp>
#include <espalier/data/arrays.hpp>
#include <espalier/data/lookup.hpp>
#include <espalier/data/selected_features.hpp>
#include <espalier/data/split.hpp>
#include <espalier/report/run_origin.hpp>
#include <espalier/report/scored_samples.hpp>
#include <espalier/topology/files/tensor_names.hpp>
#include <espalier/training/plan/batch_inputs.hpp>
#include <espalier/training/plan/plan.hpp>
#include <espalier/training/run/load_data.hpp>
#include <espalier/training/trainer/objective.hpp>

namespace espalier::report {
namespace {

/// What the run file holds, else what the training part of the data gives.
data::Standardisation scaling(const tickets::Ticket& ticket, const data::Dataset& dataset) {
    if (run_of(ticket.network)) {
        if (auto stored = training::read_run_inputs(ticket.network.topology.source)) return stored->standardisation;
    }
    const data::Split split = data::split_off_validation(dataset.train.count, ticket.config.data.validation);
    return training::standardisation(ticket.config, dataset, split.training);
}

ScoredSamples test_set(const tickets::Ticket& ticket) {
    data::Dataset dataset = training::load_data(ticket.config);
    if (dataset.test.count == 0) {
        throw ConfigError(ticket.label + ": " + dataset.name + " has no test set; give samples of your own");
    }
    ScoredSamples samples;
    samples.standardisation = scaling(ticket, dataset);
    samples.shape = dataset.shape;
    samples.classes = dataset.classes;
    samples.white = data::unit_of(dataset);
    samples.what = "the test set of " + ticket.config.data.dataset;
    samples.examples = std::move(dataset.test);
    return samples;
}

/// Of a run as its file says, which then needs no dataset; else from the configured data.
training::RunInputs inputs_of(const tickets::Ticket& ticket, const std::function<void(const std::string&)>& notice) {
    if (run_of(ticket.network)) {
        OriginalInputs original = original_inputs(ticket.network.topology.source, ticket.config, notice);
        if (!original.inputs) throw FormatError(original.missing);
        return std::move(*original.inputs);
    }
    const data::Dataset dataset = training::load_data(ticket.config);
    return {scaling(ticket, dataset), dataset.selected};
}

/// Outputs of the network: of its last layer, which files of other tools need not hold last.
std::size_t classes_of(const tickets::Ticket& ticket, const data::SampleShape& shape) {
    const std::vector<topology::Layer>& layers = ticket.network.topology.layers;
    const auto spec = training::network_spec(ticket.config, training::sample_of(shape), 1);
    const std::string last = spec.weight_names().back();
    for (const topology::Layer& layer : layers) {
        if (topology::module_name(layer.name) == last) return layer.pattern.rows();
    }
    return layers.back().pattern.rows();
}

void require_features(const data::Examples& examples, const training::RunInputs& inputs, const std::string& file) {
    const std::size_t wanted = inputs.standardisation.scale.size();
    if (examples.features == wanted) return;
    throw ConfigError(file + ": its samples have " + std::to_string(examples.features) +
                      " features, the network takes " + std::to_string(wanted));
}

/// Of arrays of a user's own: of bytes 255.
double white_of(const data::Examples& examples) {
    constexpr double largest_byte = 255.0;
    return std::holds_alternative<std::vector<std::uint8_t>>(examples.values) ? largest_byte : 1.0;
}

ScoredSamples samples_of_file(const tickets::Ticket& ticket, const std::string& file,
                              const std::function<void(const std::string&)>& notice) {
    const training::RunInputs inputs = inputs_of(ticket, notice);
    data::Samples read = data::read_array_samples(file);
    for (const std::string& remark : read.remarks) notice(remark);
    ScoredSamples samples;
    samples.unlabelled = read.unlabelled;
    samples.shape = read.shape;
    samples.examples = std::move(read.examples);
    samples.white = white_of(samples.examples);
    if (!inputs.features.empty()) {
        data::Dataset whole{.name = file, .shape = read.shape, .train = std::move(samples.examples), .test = {}};
        whole.test.features = whole.train.features;
        data::Dataset selected = data::select_features(whole, inputs.features, file);
        samples.shape = selected.shape;
        samples.examples = std::move(selected.train);
    }
    require_features(samples.examples, inputs, file);
    samples.standardisation = inputs.standardisation;
    samples.classes = classes_of(ticket, samples.shape);
    if (samples.unlabelled.empty() && training::objective(ticket.config).has_accuracy) {
        data::require_labels_below(samples.examples.labels, static_cast<std::uint32_t>(samples.classes), file);
    }
    samples.what = file;
    return samples;
}

}  // namespace

ScoredSamples scored_samples(const tickets::Ticket& ticket, const std::string& file,
                             const std::function<void(const std::string&)>& notice) {
    return file.empty() ? test_set(ticket) : samples_of_file(ticket, file, notice);
}

ForeignSamples foreign_samples(const tickets::Ticket& ticket, const data::SampleShape& shape, const std::string& name,
                               const std::function<void(const std::string&)>& notice) {
    if (!ticket.config.data.features.empty()) {
        throw ConfigError("--ood " + name + ": the network takes the features that data.features selects; give " +
                          "samples with --data instead");
    }
    ForeignSamples found{.name = name, .examples = {}};
    data::SampleShape its;
    if (std::filesystem::path(name).extension() == ".npz") {
        data::Samples read = data::read_array_samples(name);
        for (const std::string& remark : read.remarks) notice(remark);
        its = read.shape;
        found.examples = std::move(read.examples);
        found.white = white_of(found.examples);
    } else {
        data::Dataset dataset = data::load_dataset(name, ticket.config.data.root);
        its = dataset.shape;
        found.white = data::unit_of(dataset);
        found.examples = std::move(dataset.test.count > 0 ? dataset.test : dataset.train);
    }
    const auto sides = [](const data::SampleShape& s) {
        return std::to_string(s.channels) + "x" + std::to_string(s.height) + "x" + std::to_string(s.width);
    };
    if (its != shape) {
        throw ConfigError("--ood " + name + ": its samples are " + sides(its) + ", the network takes " + sides(shape));
    }
    return found;
}

void keep_first(data::Examples& examples, std::size_t count) {
    if (count == 0 || count >= examples.count) return;
    examples.count = count;
    std::visit([&](auto& values) { values.resize(count * examples.features); }, examples.values);
    if (!examples.labels.empty()) examples.labels.resize(count);
}

}  // namespace espalier::report
