#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/config/run_config.hpp>
#include <espalier/data/dataset.hpp>

namespace espalier::training {

/// The classifier that features are judged by: dense, `hidden` ReLU neurons, SGD with momentum 0.9 and batches of 128,
/// the learning rate falling from 0.05 along a cosine.
struct FeatureJudge {
    std::int64_t hidden = 300;
    std::int64_t epochs = 10;
    std::int64_t seed = 0;
};

/// Test accuracy after the last epoch of a classifier trained on some features of a dataset.
///
/// QuickSelection judges by 50 extremely randomised trees; a network stands for them here, so that numbers are to be
/// compared with those of other features, by the same judge, rather than with the published ones.
/// @param data      how the dataset is split and standardised
/// @param features  different numbers below dataset.train.features
/// @throws ConfigError where a feature is not there; NumericError where training fails
double accuracy_with_features(const config::RunConfig::Data& data, const data::Dataset& dataset,
                              std::span<const std::uint32_t> features, const FeatureJudge& judge);

/// `count` of [0, total), uniformly random by the seed, ascending.
/// @throws ConfigError where count > total
std::vector<std::uint32_t> random_features(std::size_t total, std::size_t count, std::int64_t seed);

}  // namespace espalier::training
