#pragma once

#include <filesystem>
#include <string_view>

#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// The test set that belongs to a training set: "<stem>-test.csv" beside it, or "test.csv" beside "train.csv"; empty
/// where neither exists.
/// @throws ConfigError where the training file does not exist
std::filesystem::path csv_test_path(const std::filesystem::path& train);

/// Training and test set of tables (csv_table.hpp); every column is a channel of its own, so that it is standardised by
/// itself. Classes are 0 to the largest label of the training set; labels that are text are its classes in sorted
/// order. What was found out about the files (separators, how text is numbered, a header that calls another column
/// "label") stands in the remarks.
/// @param label  the column of the labels, as read_csv_table has it
/// @throws ConfigError as csv_test_path and read_csv_table; IoError; FormatError, also where the two differ in columns
///         or the test set has a class more
Dataset load_csv(const std::filesystem::path& train, std::string_view label = "");

}  // namespace espalier::data
