#pragma once

#include <filesystem>
#include <string>

#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// CIFAR-10's Python version: data_batch_1 to data_batch_5 and test_batch of a folder, each a pickled dict with `data`
/// (uint8 [N, 3072]) and `labels` (N numbers). Read as data, nothing in them is executed (pickle.hpp).
/// @throws IoError; FormatError for what is no such dict, a global that no array needs, lengths that disagree, labels
///         that are no class
Dataset load_cifar10_pickles(const std::filesystem::path& folder);

/// CIFAR-100's: train and test, with `fine_labels` and `coarse_labels`.
/// @param labels  "coarse", or "fine" or "" for the others
Dataset load_cifar100_pickles(const std::filesystem::path& folder, const std::string& labels);

}  // namespace espalier::data
