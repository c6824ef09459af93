#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <espalier/topology/files/stored_network.hpp>

namespace espalier::topology {

struct StateDictOptions {
    bool with_masks = false;                        ///< "<layer>.weight_mask" beside every weight, bools
    std::map<std::string, std::string> metadata{};  ///< `__metadata__` of a .safetensors; an .npz has no place for it
    std::vector<std::pair<std::string, std::vector<float>>> arrays{};  ///< further tensors, of one dimension
};

/// A network as PyTorch saves one: every weight as a dense tensor [out, in] or [out, in, kh, kw] with zeros where
/// weights are absent, every other parameter and buffer beside it, under PyTorch's names (tensor_names.hpp). Without
/// options `load_state_dict(..., strict=True)` takes it in a model that has these modules.
///
/// @param file  its name ends in .safetensors or .npz; replaced atomically
/// @throws FormatError where a layer has no weights, two tensors would have one name, or the dense tensors take more
///         than 16 GiB; IoError
void write_state_dict(const std::filesystem::path& file, const StoredNetwork& network,
                      const StateDictOptions& options = {});

}  // namespace espalier::topology
