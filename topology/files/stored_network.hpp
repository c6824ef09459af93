#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/topology/files/mask_files.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// A network as files hold it: masks, weights, and the other parameters of its layers.
struct StoredNetwork {
    Topology topology;
    /// Biases, parameters of activations. Those of a layer with a mask bear its name; those of layers without one
    /// ("001_srelu1") belong between the masked layers as their numbers say.
    std::vector<StoredParameter> parameters;
};

/// The one topology that an argument names, as sources.hpp reads it.
/// @throws ConfigError where there is no such file or snapshot, the argument names several topologies or one without
/// layers; FormatError, IoError from reading
Topology read_one_topology(const std::string& argument, const MaskFileOptions& options = {});

/// The same with the parameters beside the weights that the file holds: all of a snapshot; of a state dict
/// (.safetensors) the tensors of less than two dimensions, "fc1.bias" as the bias of layer "fc1.weight", tensors of
/// modules without weights under the module's name, integers (counters) left out; of a model in several files,
/// whichever of them each lies in; of other files none. Where layers are selected, those of these alone.
/// @throws FormatError also where one is not finite, or two files of a model hold it
StoredNetwork read_network(const std::string& argument, const MaskFileOptions& options = {});

/// All that an argument names (`run.h5@all`), each labelled as read_topologies() does.
std::vector<StoredNetwork> read_networks(const std::string& argument, const MaskFileOptions& options = {});

using Facts = std::vector<std::pair<std::string, hdf5::Attribute>>;

/// A topology file with everything that makes up the networks, each under its topology's label; replaced atomically.
/// @param add  puts more into the file before it takes its place
/// @throws FormatError where patterns, shapes and numbers of values disagree, or a parameter's name has no place in a
///         layer's group
void write_networks_file(
    const std::filesystem::path& file, std::span<const StoredNetwork> networks,
    const std::function<void(hdf5::Group& root)>& add = [](hdf5::Group&) {});

/// The same of one network.
/// @param facts  further attributes of the file's root
void write_network_file(
    const std::filesystem::path& file, const StoredNetwork& network, const Facts& facts = {},
    const std::function<void(hdf5::Group& root)>& add = [](hdf5::Group&) {});

}  // namespace espalier::topology
