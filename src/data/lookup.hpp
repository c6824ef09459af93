#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// One line of `espalier datasets`.
struct DatasetStatus {
    std::string name;
    std::string help;
    bool present = false;
    std::filesystem::path place;                  ///< the folder that would be read; empty: absent or compiled in
    std::vector<std::filesystem::path> searched;  ///< in this order, up to and including `place`
    std::string how_to_get;
};

/// Every named dataset and where it is, without reading it. `root` as in load_dataset.
std::vector<DatasetStatus> dataset_status(const std::string& root);

/// The dataset of this name, or the table of a path that ends in ".csv" (csv.hpp).
///
/// Folders are searched in this order: those of `root` (data.root, separated by ":"), those of the environment variable
/// ESPALIER_DATA, the place of the system's package. In each `<folder>/<name>/` comes before `<folder>/`; the latter
/// is left out where the folder is named after another dataset, because Fashion-MNIST's files have MNIST's names.
/// @throws ConfigError for an unknown name (with the nearest known), or where it is not found (with every place
/// searched
///         and how to get it); IoError and FormatError while reading
Dataset load_dataset(const std::string& name, const std::string& root);

}  // namespace espalier::data
