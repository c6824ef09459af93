#pragma once

#include <espalier/config/run_config.hpp>
#include <espalier/data/augmentation.hpp>
#include <espalier/data/dataset.hpp>
#include <espalier/data/split.hpp>
#include <espalier/data/standardise.hpp>

namespace espalier::training {

/// How the configuration makes inputs of the dataset's values.
/// @param training  the part that means and deviations are taken from, where they are not given
data::Standardisation standardisation(const config::RunConfig& config, const data::Dataset& dataset,
                                      data::Range training);

/// How it changes images to train on. Nothing else is changed: neither what is validated and tested on, nor samples
/// that masks are scored by or statistics are taken from.
/// @throws ConfigError where the dataset's samples are no images, or too small
data::Augmentation augmentation(const config::RunConfig& config, const data::Dataset& dataset);

}  // namespace espalier::training
