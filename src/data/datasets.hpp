#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// One way in which a dataset lies in a folder.
struct DatasetForm {
    std::vector<std::string> files;   ///< all are needed, each plain or with .gz; empty where it is compiled in
    std::filesystem::path subfolder;  ///< that its archive unpacks to; may be left out
    /// @param label  one of DatasetEntry::labels, or "" for the first
    Dataset (*load)(const std::filesystem::path& folder, const std::string& label);
};

/// One dataset: how it is found and read.
struct DatasetEntry : Named {
    std::vector<DatasetForm> forms;      ///< one at least; of several in one folder the first is read
    std::filesystem::path system_place;  ///< where a package of the system puts it; may be empty
    std::string how_to_get;              ///< one line, what a user without it does
    std::vector<std::string> labels;     ///< what data.label may choose from; empty: it has one label an example
};

/// The datasets with a name. A new one is one entry in datasets.cpp.
const std::vector<DatasetEntry>& dataset_entries();

}  // namespace espalier::data
