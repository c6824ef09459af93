#include <espalier/config/resolve.hpp>
#include <espalier/data/remarks.hpp>
#include <espalier/data/selected_features.hpp>
#include <espalier/data/split.hpp>
#include <espalier/sparsity/masks/random_subset.hpp>
#include <espalier/training/trainer/feature_evaluation.hpp>
#include <espalier/training/trainer/trainer.hpp>

namespace espalier::training {
namespace {

config::RunConfig classifier(const config::RunConfig::Data& data, const FeatureJudge& judge) {
    config::Settings settings;
    config::RunConfig& config = settings.config;
    config.seed = judge.seed;
    config.data = data;
    config.data.features.clear();  // the dataset handed over holds what they left
    config.model.hidden = {judge.hidden};
    config.sparsity.method = "dense";
    config.sparsity.exploration = false;
    config.optimizer.learning_rate = 0.05;
    config.optimizer.schedule = "cosine";
    config.training.epochs = judge.epochs;
    return config::resolve(settings);
}

}  // namespace

double accuracy_with_features(const config::RunConfig::Data& data, const data::Dataset& dataset,
                              std::span<const std::uint32_t> features, const FeatureJudge& judge) {
    data::require_classes(dataset, data::split_off_validation(dataset.train.count, data.validation));
    const data::Dataset selected = data::select_features(dataset, features, "features");
    Trainer trainer(classifier(data, judge), selected);
    while (!trainer.is_done()) trainer.train_step();
    return trainer.test_score().accuracy;
}

std::vector<std::uint32_t> random_features(std::size_t total, std::size_t count, std::int64_t seed) {
    const sparsity::Subset subset =
        sparsity::random_subset(total, count, Stream(static_cast<std::uint64_t>(seed), Purpose::feature_sample));
    std::vector<std::uint32_t> features;
    subset.for_each(0, total, [&](std::uint64_t f) { features.push_back(static_cast<std::uint32_t>(f)); });
    return features;
}

}  // namespace espalier::training
