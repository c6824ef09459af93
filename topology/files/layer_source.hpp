#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <espalier/topology/files/mask_files.hpp>

namespace espalier::topology {

/// The layers of one file of another tool, each read when it is wanted.
struct LayerSource {
    std::vector<std::string> names;  ///< in natural order
    /// Layer k; the selection of layers in the options is not looked at.
    std::function<Layer(std::size_t k, const MaskFileOptions& options)> read;
};

/// @param path  a file for which is_mask_file() holds
/// @throws FormatError, IoError
LayerSource open_layers(const std::filesystem::path& path);

}  // namespace espalier::topology
