#pragma once

#include <optional>
#include <string>
#include <vector>

#include <espalier/nn/graph/network.hpp>
#include <espalier/topology/files/stored_network.hpp>

namespace espalier::training {

/// Puts the file's weights into a network that has its masks, and its other parameters where the file has them: those
/// of the file's k-th weight layer go to the network's k-th, those of activations to the layer of that name.
/// @param place  how messages begin: what named the file
/// @throws ConfigError naming the layer of the file that has no weights, or whose parameters are not as many, or all
///         parameters that have no place in the network (see require_places)
void load_parameters(nn::Network<float>& network, const topology::StoredNetwork& stored, const std::string& place);

/// Refuses what would be ignored: a network with batch normalisation, say, is another one without.
/// @param network  as many layers with weights as the stored one; their widths do not matter
/// @throws ConfigError naming all parameters of the stored network that the network has no place for
void require_places(nn::Network<float>& network, const topology::StoredNetwork& stored, const std::string& place);

/// Refuses what would be made up: parameters of the network that start at drawn numbers and that the stored one does
/// not hold. Biases that are not there are 0, as of a network without them, unless `with_biases`.
/// @throws ConfigError naming all of them
void require_complete(nn::Network<float>& network, const topology::StoredNetwork& stored, const std::string& place,
                      bool with_biases = false);

/// Refuses a network of images that bears some of the model's names and lacks others: layers would then be taken by
/// their order, and many have one shape. Where it bears none, order is all there is.
/// @throws ConfigError naming the layers that are missing, and those that the model does not have
void require_names(const topology::StoredNetwork& stored, const std::vector<std::string>& names,
                   const std::string& place);

/// The layers with weights in the order of the model, where they bear its names in another: state dicts have the order
/// of their file or of their names, and "blocks.0.conv1" comes before "conv" there.
/// @param names  of the model's layers with weights, in order
/// @return nothing where the order is the model's, or where names are others: then the order of the file counts
std::optional<topology::StoredNetwork> in_order_of(const topology::StoredNetwork& stored,
                                                   const std::vector<std::string>& names);

}  // namespace espalier::training
