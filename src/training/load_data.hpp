#pragma once

#include <espalier/config/run_config.hpp>
#include <espalier/data/dataset.hpp>

namespace espalier::training {

/// The dataset that a resolved configuration trains on: data.dataset, restricted to data.features where that is given.
/// @throws ConfigError where the dataset is not found or does not have the features; FormatError, IoError from reading
data::Dataset load_data(const config::RunConfig& config);

}  // namespace espalier::training
