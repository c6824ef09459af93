#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// Numbers of features from a text file: one per line, counted from 0, in any order; empty lines do not count.
/// `espalier features --out` writes such files.
/// @throws IoError where the file cannot be read; ConfigError "picked.txt:3: ..." for a line that is no number, a
/// number that came before, or a file without any
std::vector<std::uint32_t> read_feature_numbers(const std::filesystem::path& file);

/// The dataset with these features alone, in this order. Its samples have lost their geometry: they become one channel
/// where there was one, else a channel a feature, which is what standardising by channel then goes by.
/// @param features  different from each other
/// @param where     what a message names as the place of the numbers
/// @throws ConfigError naming the first number that the dataset does not have
/// Cost: O(samples x features); the values are copied.
Dataset select_features(const Dataset& dataset, std::span<const std::uint32_t> features, const std::string& where);

}  // namespace espalier::data
