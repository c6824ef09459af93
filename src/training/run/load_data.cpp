#include <espalier/base/text/error.hpp>
#include <espalier/data/lookup.hpp>
#include <espalier/data/remarks.hpp>
#include <espalier/data/selected_features.hpp>
#include <espalier/data/split.hpp>
#include <espalier/training/run/load_data.hpp>
#include <espalier/training/trainer/objective.hpp>

namespace espalier::training {
namespace {

/// A file of the configuration that is not there is the configuration's mistake.
std::vector<std::uint32_t> wanted_features(const std::string& file) {
    if (!std::filesystem::is_regular_file(file)) {
        throw ConfigError("data.features: there is no file " + file + "; 'espalier features --out' writes one");
    }
    return data::read_feature_numbers(file);
}

void settle_test_set(data::Dataset& dataset, double share) {
    if (share > 0.0) data::split_off_test(dataset, share);
    if (dataset.test_missing.empty()) return;
    throw ConfigError("dataset " + dataset.name + ": its test set is missing; it is looked for as " +
                      dataset.test_missing + "; data.test = 0.2 would hold out a fifth of the samples instead");
}

}  // namespace

data::Dataset load_data(const config::RunConfig& config) {
    const std::string& file = config.data.features;
    const bool selects = !file.empty();
    // Read first: it is the faster check.
    const std::vector<std::uint32_t> features = selects ? wanted_features(file) : std::vector<std::uint32_t>();
    data::Dataset dataset = data::load_dataset(config.data.dataset, config.data.root, config.data.label);
    settle_test_set(dataset, config.data.test);
    if (selects) dataset = data::select_features(dataset, features, file);
    const data::Split split = data::split_off_validation(dataset.train.count, config.data.validation);
    if (objective(config).has_accuracy) data::require_classes(dataset, split);
    return dataset;
}

std::vector<std::string> data_remarks(const config::RunConfig& config, const data::Dataset& dataset) {
    return data::remarks(dataset, data::split_off_validation(dataset.train.count, config.data.validation),
                         config.data.validation, objective(config).has_accuracy);
}

}  // namespace espalier::training
