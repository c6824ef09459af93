#pragma once

#include <string_view>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/data/dataset.hpp>
#include <espalier/data/split.hpp>

namespace espalier::data {

/// How raw values become inputs of a network.
enum class Standardise {
    channel,    ///< mean 0, standard deviation 1 of each channel; a table's columns are channels
    feature,    ///< of each feature by itself
    none,       ///< divided by Dataset::white, so that bytes lie in [0, 1]
    constants,  ///< by ChannelConstants
};

/// In the order help shows them.
const std::vector<Choice<Standardise>>& standardisations();

/// @throws ConfigError naming the nearest known
Standardise parse_standardise(std::string_view name);

/// A mean and a deviation for each channel that others have published, in units of white: 0.4914 of bytes is 125.3.
/// Where Dataset::white is 1 but values are bytes, as in arrays of a user's own, white is 255.
struct ChannelConstants {
    std::vector<double> mean;
    std::vector<double> deviation;
};

/// input = value * scale + shift, feature by feature.
struct Standardisation {
    std::vector<float> scale;  ///< [features]
    std::vector<float> shift;  ///< [features]
    friend bool operator==(const Standardisation&, const Standardisation&) = default;
};

/// The value of a dataset's that counts as 1: its `white`, but 255 of bytes of which nobody has said more.
double unit_of(const Dataset& dataset);

/// From the training part alone: examples held out for validation, and the test set, do not count.
///
/// The standard deviation is that of the population (divided by n). Sums of bytes are exact integers; those of floats
/// run in double in file order. A channel or feature that does not vary becomes 0.
/// @param constants  of Standardise::constants, one mean and deviation a channel
/// @throws ConfigError where `training` is empty or leaves the set, or there are not as many constants as channels;
///         FormatError where shape and features disagree
/// Cost: O(training examples x features) once; none and constants: O(features).
Standardisation standardisation(const Dataset& dataset, Range training, Standardise how,
                                const ChannelConstants& constants = {});

}  // namespace espalier::data
