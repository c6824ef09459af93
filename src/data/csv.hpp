#pragma once

#include <filesystem>

#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// A table of numbers, one sample a line, commas between columns, the class in the last one as an integer from 0.
///
/// The first line is a header where its last column is not a number. Spaces around numbers, blank lines, a byte order
/// mark and Windows line ends are accepted; quotes, missing values, NaN and infinity are not.
/// @throws IoError; FormatError naming file, line and column
Examples read_csv(const std::filesystem::path& path);

/// The test set that belongs to a training set: "<stem>-test.csv" beside it, or "test.csv" beside "train.csv".
/// @throws ConfigError naming both where neither exists, or the training file where that does not
std::filesystem::path csv_test_path(const std::filesystem::path& train);

/// Training and test set; every column is a channel of its own, so that it is standardised by itself. Classes are 0 to
/// the largest label of the training set.
/// @throws ConfigError as csv_test_path; IoError; FormatError, also where the two differ in columns or the test set has
/// a
///         class more
Dataset load_csv(const std::filesystem::path& train);

}  // namespace espalier::data
