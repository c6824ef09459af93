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

/// Whether data.dataset is a path, not a name: it has a '/' or ends as one of dataset_endings.
bool is_dataset_path(const std::string& name);

/// ".csv", ".npz", ".npy": files that hold a dataset.
const std::vector<std::string>& dataset_endings();

/// The dataset of this name, or of a path: a table (csv.hpp), arrays in an .npz or .npy files (arrays.hpp), or a folder
/// that holds x.npy and y.npy, the files of a dataset with a name, those of an MNIST among them (idx_images.hpp),
/// train.csv, or folders of images (image_folder.hpp).
///
/// Folders are searched in this order: those of `root` (data.root, separated by ":"), those of the environment variable
/// ESPALIER_DATA, the place of the system's package. In each `<folder>/<name>/` comes before `<folder>/`; the latter
/// is left out where the folder is named after another dataset, because Fashion-MNIST's files have MNIST's names.
/// @throws ConfigError for an unknown name (with the nearest known), or where it is not found (with every place
///         searched and how to get it), or a folder holds nothing of that; IoError and FormatError while reading
/// @param label  of a table, the column of the labels (csv_table.hpp); of a dataset that has several labels an example
///               one of DatasetEntry::labels; refused for all else
Dataset load_dataset(const std::string& name, const std::string& root, const std::string& label = "");

}  // namespace espalier::data
