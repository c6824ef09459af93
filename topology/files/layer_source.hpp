#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <espalier/topology/files/mask_files.hpp>

namespace espalier::topology {

/// The layers of one file of another tool, each read when it is wanted.
struct LayerSource {
    std::vector<std::string> names;  ///< in the order that choose_order() takes
    /// Layer k, oriented as the options say; their selection of layers is not looked at.
    std::function<Layer(std::size_t k)> read;
    std::string remark;  ///< on their order, see LayerOrder
};

/// Of the options notices and the orientation of layers count here; with a selection of layers nothing is said of what
/// is left out, and masks that are not clearly some weights' are layers of their own. Integers that
/// are otherwise left out are layers where the selection names them, behind all others.
/// @param path  a file for which is_mask_file() holds
/// @throws FormatError, IoError; ConfigError for an orientation of layers that are not there
LayerSource open_layers(const std::filesystem::path& path, const MaskFileOptions& options);

}  // namespace espalier::topology
