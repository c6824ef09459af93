#pragma once

#include <string_view>

#include <espalier/config/run_config.hpp>
#include <espalier/kernels/objectives.hpp>

namespace espalier::training {

using kernels::Objective;

/// What training.loss names; "default" is cross_entropy of models with classes, squared_error of an autoencoder.
/// @throws ConfigError for another kind of model, or a loss that there is not
const Objective& objective(std::string_view model_kind, std::string_view loss = "default");
const Objective& objective(const config::RunConfig& config);

/// Why a run without accuracy has none; for results.
inline constexpr const char* no_accuracy_reason = "an auto-encoder has no classes: see its loss";
/// Why a run has no test accuracy and loss.
inline constexpr const char* no_test_reason = "the dataset has no test set: bring one, or set data.test";

}  // namespace espalier::training
