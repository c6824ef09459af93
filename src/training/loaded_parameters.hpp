#pragma once

#include <string>

#include <espalier/nn/network.hpp>
#include <espalier/topology/files/stored_network.hpp>

namespace espalier::training {

/// Puts the file's weights into a network that has its masks, and its other parameters where the file has them: those
/// of the file's k-th weight layer go to the network's k-th, those of activations to the layer of that name.
/// @param place  how messages begin: what named the file
/// @throws ConfigError naming the layer of the file that has no weights, or whose parameters are not as many
void load_parameters(nn::Network<float>& network, const topology::StoredNetwork& stored, const std::string& place);

}  // namespace espalier::training
