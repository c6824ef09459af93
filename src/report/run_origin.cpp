#include <espalier/base/text/error.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/data/split.hpp>
#include <espalier/report/run_origin.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/training/plan/batch_inputs.hpp>
#include <espalier/training/run/load_data.hpp>

namespace espalier::report {
namespace {

training::RunInputs inputs_of_data(const config::RunConfig& config) {
    const data::Dataset dataset = training::load_data(config);
    const data::Split split = data::split_off_validation(dataset.train.count, config.data.validation);
    return {training::standardisation(config, dataset, split.training), dataset.selected};
}

}  // namespace

std::optional<training::RunSummary> run_of(const topology::StoredNetwork& network) {
    const std::string& file = network.topology.source;
    if (file.empty() || !topology::is_run_file(file)) return std::nullopt;
    return training::read_run_summary(file);
}

std::optional<config::RunConfig> recorded_config(const training::RunSummary& run, const std::string& file) {
    config::Settings settings = config::parse_toml(run.info.config, file + " (configuration)");
    return config::was_resolved(settings) ? std::optional(std::move(settings.config)) : std::nullopt;
}

OriginalInputs original_inputs(const std::string& file, const config::RunConfig& config,
                               const std::function<void(const std::string&)>& notice) {
    if (auto stored = training::read_run_inputs(file)) return {std::move(stored), ""};
    const std::string missing = file + ": written before run files held how inputs were scaled";
    try {
        OriginalInputs found{inputs_of_data(config), ""};
        notice(missing + "; taken again from the training part of " + config.data.dataset);
        return found;
    } catch (const ConfigError& error) {
        return {std::nullopt, missing + ", and the data to take it from are not here: " + error.what()};
    }
}

}  // namespace espalier::report
