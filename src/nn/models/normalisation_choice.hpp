#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/nn/models/spec.hpp>

namespace espalier::nn {

/// What is normalised before the activation of hidden layers, or at the beginning of residual blocks.
struct Normalisation : Named {
    std::size_t trained_a_feature;  ///< numbers that it trains; 0: there is no such node
};

/// none, batch_norm, layer_norm.
const std::vector<Normalisation>& normalisations();

/// @throws ConfigError for an unknown name
const Normalisation& normalisation(std::string_view name);

/// The node of that kind under this name; nothing for "none".
std::optional<NodeSpec> normalisation_spec(const Normalisation& kind, std::string name, std::size_t features);

}  // namespace espalier::nn
