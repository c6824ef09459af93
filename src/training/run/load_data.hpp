#pragma once

#include <string>
#include <vector>

#include <espalier/config/run_config.hpp>
#include <espalier/data/dataset.hpp>

namespace espalier::training {

/// The dataset that a resolved configuration trains on: data.dataset, restricted to data.features where that is given,
/// with data.test of it as test set where it has none.
/// @throws ConfigError where the dataset is not found, does not have the features, or a test set that belongs to it is
///         missing; FormatError, IoError from reading; FormatError where the model learns classes and there are not two
data::Dataset load_data(const config::RunConfig& config);

/// What a user should know of this dataset before it is trained on (data/remarks.hpp).
std::vector<std::string> data_remarks(const config::RunConfig& config, const data::Dataset& dataset);

}  // namespace espalier::training
