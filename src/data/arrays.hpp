#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// Samples that a file holds, before they belong to a training or test set.
struct Samples {
    SampleShape shape;
    Examples examples;
    std::string unlabelled;            ///< as Dataset::unlabelled
    std::vector<std::string> remarks;  ///< as Dataset::remarks
};

/// The samples of x and y (array_source.hpp says what may be named how), or, where these are missing, of x_test and
/// y_test; without labels where there is no y. Numbers are as they are: Dataset::white of such data is 1.
/// @throws ConfigError where the file is not there; IoError; FormatError naming file, array and element
Samples read_array_samples(const std::filesystem::path& path);

/// Training and test set of x, y and x_test, y_test; without the latter, the test set is empty. Classes are 0 to the
/// largest label of the training set.
/// @throws as read_array_samples; FormatError also where training and test set differ in shape, or the test set has a
///         class more or lacks its labels
Dataset load_arrays(const std::filesystem::path& path);

}  // namespace espalier::data
