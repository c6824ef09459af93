#pragma once

#include <cstdint>
#include <vector>

#include <espalier/data/dataset.hpp>
#include <espalier/data/split.hpp>
#include <espalier/data/standardise.hpp>
#include <espalier/sparsity/saliency/problem.hpp>

namespace espalier::training {

/// The training samples that an initial mask may be found with.
struct ScoringData {
    const data::Dataset& dataset;
    data::Range training;
    const data::Standardisation& standardisation;
};

/// `batches` equal parts of a random sample with as many of each class, those of a class that has fewer being all it
/// has; in random order.
/// @throws ConfigError where the training set has fewer samples than batches
std::vector<sparsity::Samples> scoring_samples(const ScoringData& data, std::size_t samples_per_class,
                                               std::size_t batches, std::uint64_t seed);

}  // namespace espalier::training
