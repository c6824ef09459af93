#include <espalier/base/error.hpp>
#include <espalier/data/features.hpp>
#include <espalier/data/lookup.hpp>
#include <espalier/training/load_data.hpp>

namespace espalier::training {
namespace {

/// A file of the configuration that is not there is the configuration's mistake.
std::vector<std::uint32_t> wanted_features(const std::string& file) {
    if (!std::filesystem::is_regular_file(file)) {
        throw ConfigError("data.features: there is no file " + file + "; 'espalier features --out' writes one");
    }
    return data::read_feature_numbers(file);
}

}  // namespace

data::Dataset load_data(const config::RunConfig& config) {
    const std::string& file = config.data.features;
    if (file.empty()) return data::load_dataset(config.data.dataset, config.data.root);
    const std::vector<std::uint32_t> features = wanted_features(file);  // read first: it is the faster check
    return data::select_features(data::load_dataset(config.data.dataset, config.data.root), features, file);
}

}  // namespace espalier::training
