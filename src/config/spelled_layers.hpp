#pragma once

#include <string>
#include <vector>

#include <espalier/nn/models/spec.hpp>

namespace espalier::config {

/// The entries of `model.layers` that spell this network out: what model_layers() and nn::layer_list_spec() make the
/// same network of.
/// @throws ConfigError where a node has no place in that list, naming it
std::vector<std::string> spelled_layers(const nn::NetworkSpec& spec);

}  // namespace espalier::config
