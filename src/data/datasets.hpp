#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// One dataset: how it is found and read.
struct DatasetEntry : Named {
    std::vector<std::string> files;      ///< all are needed, each plain or with .gz; empty where it is compiled in
    std::filesystem::path subfolder;     ///< that its archive unpacks to; may be left out
    std::filesystem::path system_place;  ///< where a package of the system puts it; may be empty
    std::string how_to_get;              ///< one line, what a user without it does
    Dataset (*load)(const std::filesystem::path& folder);
};

/// The datasets with a name. A new one is one entry in registry.cpp.
const std::vector<DatasetEntry>& dataset_entries();

}  // namespace espalier::data
