#pragma once

#include <filesystem>
#include <vector>

#include <espalier/topology/files/layer_source.hpp>
#include <espalier/topology/files/mask_options.hpp>

namespace espalier::topology {

/// The files of a folder that make up one topology.
struct MaskFolder {
    std::vector<std::filesystem::path> files;  ///< all of one kind, in natural order of their names
    std::vector<LayerSource> sources;          ///< one per file; none of .npz, each of which is one layer anyhow
    bool is_layer_each = false;                ///< a file is one layer, called as the file is; else a part of a model
};

/// @throws ConfigError where the folder holds no such file, or files of both kinds; otherwise as open_layers()
MaskFolder open_folder(const std::filesystem::path& folder, const MaskFileOptions& options);

}  // namespace espalier::topology
