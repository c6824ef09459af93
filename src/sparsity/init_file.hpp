#pragma once

#include <string>
#include <vector>

#include <espalier/topology/topology.hpp>
#include <espalier/topology/topology_file.hpp>

namespace espalier::sparsity {

/// The one topology that `sparsity.init = "file:<argument>"` names, as topology/sources.hpp reads it.
/// @throws ConfigError where there is no such file or snapshot, or the argument names several topologies; FormatError,
/// IoError from reading
topology::Topology read_init_file(const std::string& argument);

/// Kept weights over positions, of all layers.
double density(const topology::Topology& topology);

/// Parameters beside the weights that the file of this topology holds: all of a snapshot; of a .safetensors file the
/// tensors of one dimension, "fc1.bias" as the bias of layer "fc1.weight"; of other files none.
std::vector<topology::StoredParameter> read_init_parameters(const std::string& argument,
                                                            const topology::Topology& topology);

}  // namespace espalier::sparsity
