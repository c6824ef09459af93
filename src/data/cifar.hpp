#pragma once

#include <filesystem>

#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// CIFAR-10's binary version: data_batch_1.bin to data_batch_5.bin and test_batch.bin of a folder, each plain or with
/// .gz. A record is one label byte and 3072 pixel bytes: 1024 red, 1024 green, 1024 blue, row by row.
///
/// Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009. A file may hold any number of
/// whole records, so that a part of the data can be used.
/// @throws IoError; FormatError for a broken record or a label above 9
Dataset load_cifar10(const std::filesystem::path& folder);

}  // namespace espalier::data
