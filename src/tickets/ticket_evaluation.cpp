#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/named.hpp>
#include <espalier/data/batches.hpp>
#include <espalier/data/gather.hpp>
#include <espalier/tickets/ticket_evaluation.hpp>
#include <espalier/topology/files/tensor_names.hpp>
#include <espalier/training/plan/batch_inputs.hpp>
#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/run/load_data.hpp>

namespace espalier::tickets {
namespace {

config::RunConfig checked(config::RunConfig config) {
    if (training::objective(config).has_accuracy) return config;
    throw ConfigError("tickets: model.kind = \"" + config.model.kind +
                      "\" has no classes, so nothing can be right; tickets of a classifier are needed");
}

/// The log-softmax of each lane behind those that are there.
void append(Predictions& predictions, kernels::View<const float> logits) {
    for (std::size_t lane = 0; lane < logits.lanes; ++lane) {
        double top = logits.row(0)[lane];
        for (std::size_t c = 1; c < logits.features; ++c) top = std::max<double>(top, logits.row(c)[lane]);
        double sum = 0.0;
        for (std::size_t c = 0; c < logits.features; ++c) sum += std::exp(logits.row(c)[lane] - top);
        const double normaliser = top + std::log(sum);
        for (std::size_t c = 0; c < logits.features; ++c) {
            predictions.log_probabilities.push_back(logits.row(c)[lane] - normaliser);
        }
    }
}

}  // namespace

Part parse_part(std::string_view name) {
    static const std::vector<Choice<Part>> parts = {{{"training", "", ""}, Part::training},
                                                    {{"validation", "", ""}, Part::validation},
                                                    {{"test", "", ""}, Part::test}};
    return choice(parts, name, "part of the data");
}

Evaluation::Evaluation(config::RunConfig config)
    : config_(checked(std::move(config))),
      dataset_(training::load_data(config_)),
      split_(data::split_off_validation(dataset_.train.count, config_.data.validation)),
      standardisation_(training::standardisation(config_, dataset_, split_.training)) {}

data::Range Evaluation::range(Part part) const {
    if (part == Part::training) return split_.training;
    if (part == Part::test) {
        if (dataset_.test.count == 0) throw ConfigError("dataset " + dataset_.name + ": " + training::no_test_reason);
        return {0, dataset_.test.count};
    }
    if (!has_validation()) throw ConfigError("data.validation = 0 holds no example out to validate on");
    return split_.validation;
}

nn::Network<float> Evaluation::build(const topology::StoredNetwork& network) const {
    return training::make_network(config_, network, training::sample_of(dataset_.shape), dataset_.classes);
}

training::Score Evaluation::score(const topology::StoredNetwork& network, Part part) const {
    nn::Network<float> built = build(network);
    training::Evaluator evaluate(built, training::objective(config_));
    return evaluate(examples(part), range(part), standardisation_);
}

namespace {

/// What the network has followed of its data, back into the stored one.
void store_statistics(const nn::Network<float>& from, topology::StoredNetwork& to) {
    for (const nn::ParameterEntry<float>& entry : from.table().entries()) {
        if (entry.parameter->is_trained()) continue;
        for (topology::StoredParameter& stored : to.parameters) {
            if (stored.name != entry.parameter->name || topology::module_name(stored.layer) != entry.module) continue;
            stored.values.assign(entry.parameter->values.begin(), entry.parameter->values.end());
        }
    }
}

}  // namespace

topology::StoredNetwork Evaluation::recalibrated(topology::StoredNetwork network, Recalibration how) const {
    if (how == Recalibration::none) return network;
    nn::Network<float> built = build(network);
    if (!has_statistics(built)) return network;
    const data::Batches batches(split_.training, static_cast<std::size_t>(config_.training.batch_size));
    kernels::Activations<float> inputs;
    std::vector<std::uint32_t> labels;
    recalibrate(built, how, [&](const auto& visit) {
        for (std::size_t b = 0; b < batches.count(); ++b) {
            const auto samples = batches[b];
            inputs.resize(dataset_.train.features, samples.size(), built.input_layout());
            labels.resize(samples.size());
            data::gather(dataset_.train, samples, standardisation_, inputs.view(), labels);
            visit(std::as_const(inputs).view());
        }
    });
    store_statistics(built, network);
    return network;
}

Predictions Evaluation::predict(const topology::StoredNetwork& network, Part part) const {
    nn::Network<float> built = build(network);
    training::Evaluator evaluator(built, training::objective(config_));
    Predictions predictions{.classes = dataset_.classes, .log_probabilities = {}, .labels = {}};
    predictions.log_probabilities.reserve(range(part).size() * dataset_.classes);
    evaluator.visit(examples(part), range(part), standardisation_, [&](const training::Evaluator::Batch& batch) {
        append(predictions, batch.outputs);
        predictions.labels.insert(predictions.labels.end(), batch.labels.begin(), batch.labels.end());
    });
    return predictions;
}

}  // namespace espalier::tickets
