#pragma once

#include <string>
#include <vector>

#include <espalier/nn/models/layer_list.hpp>

namespace espalier::config {

/// What `model.layers` says: each text is one layer as an inline table of TOML, "{ kind = 'conv2d', channels = 16 }".
/// @throws ConfigError naming the entry and the key: unknown keys, wrong types
std::vector<nn::LayerEntry> model_layers(const std::vector<std::string>& texts);

}  // namespace espalier::config
