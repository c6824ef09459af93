#include <espalier/base/error.hpp>
#include <espalier/cli/run_origin.hpp>
#include <espalier/cli/scored_samples.hpp>
#include <espalier/data/split.hpp>
#include <espalier/training/load_data.hpp>

namespace espalier::cli {
namespace {

/// What the run file holds, else what the training part of the data gives.
data::Standardisation scaling(const tickets::Ticket& ticket, const data::Dataset& dataset) {
    if (run_of(ticket.network)) {
        if (auto stored = training::read_run_inputs(ticket.network.topology.source)) return stored->standardisation;
    }
    const data::Split split = data::split_off_validation(dataset.train.count, ticket.config.data.validation);
    return data::standardisation(dataset, split.training, data::parse_standardise(ticket.config.data.standardise));
}

}  // namespace

ScoredSamples scored_samples(const tickets::Ticket& ticket) {
    data::Dataset dataset = training::load_data(ticket.config);
    if (dataset.test.count == 0) {
        throw ConfigError(ticket.label + ": " + dataset.name + " has no test set");
    }
    ScoredSamples samples;
    samples.standardisation = scaling(ticket, dataset);
    samples.classes = dataset.classes;
    samples.what = "the test set of " + ticket.config.data.dataset;
    samples.examples = std::move(dataset.test);
    return samples;
}

}  // namespace espalier::cli
