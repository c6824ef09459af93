#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// Images of all versions of CIFAR: channel by channel (red, green, blue), row by row.
inline constexpr SampleShape cifar_shape{3, 32, 32};

/// CIFAR-10's binary version: data_batch_1.bin to data_batch_5.bin and test_batch.bin of a folder, each plain or with
/// .gz. A record is one label byte and 3072 pixel bytes: 1024 red, 1024 green, 1024 blue, row by row.
///
/// Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009. A file may hold any number of
/// whole records, so that a part of the data can be used.
/// @throws IoError; FormatError for a broken record or a label above 9
Dataset load_cifar10(const std::filesystem::path& folder);

/// CIFAR-100's binary version: train.bin and test.bin, likewise; a record begins with two labels, the coarse one of 20
/// superclasses and the fine one of 100 classes.
/// @param labels  "coarse", or "fine" or "" for the others
Dataset load_cifar100(const std::filesystem::path& folder, const std::string& labels);

/// Classes of CIFAR-100 by these labels: 20 or 100.
std::uint32_t cifar100_classes(const std::string& labels);

/// Appends the images of one file and their labels.
using CifarReader = std::function<void(const std::filesystem::path& file, std::vector<std::uint8_t>& values,
                                       std::vector<std::uint32_t>& labels)>;

/// What all versions have in common: files of a folder, some to train on and one to test on.
Dataset load_cifar_files(const std::filesystem::path& folder, const std::vector<std::string>& training,
                         const std::string& test, std::uint32_t classes, const CifarReader& read);

}  // namespace espalier::data
