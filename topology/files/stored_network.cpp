#include <filesystem>

#include <espalier/base/error.hpp>
#include <espalier/base/tensor_file.hpp>
#include <espalier/topology/files/mask_files.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/topology/files/sources.hpp>
#include <espalier/topology/files/stored_network.hpp>

namespace espalier::topology {
namespace {

/// "fc1" of "fc1.weight".
std::string stem(const std::string& name) {
    return name.substr(0, name.rfind('.'));
}

std::vector<StoredParameter> vectors_of(const TensorFile& file, const Topology& topology) {
    std::vector<StoredParameter> parameters;
    for (const Layer& layer : topology.layers) {
        for (const TensorEntry& entry : file.entries()) {
            const std::string owner = stem(entry.name);
            if (entry.shape.size() != 1 || (owner != layer.name && owner != stem(layer.name))) continue;
            const Tensor tensor = file.read(entry);
            std::vector<float> values(tensor.size());
            for (std::size_t k = 0; k < values.size(); ++k) values[k] = tensor.finite_float(k);
            parameters.push_back({layer.name, entry.name.substr(entry.name.rfind('.') + 1), std::move(values)});
        }
    }
    return parameters;
}

std::vector<StoredParameter> parameters_beside(const std::string& argument, const Topology& topology) {
    if (!topology.source.empty()) return read_parameters(topology.source, topology.snapshot);
    const std::filesystem::path path = argument;
    if (path.extension() != ".safetensors" || std::filesystem::is_directory(path)) return {};
    return vectors_of(open_tensor_file(path), topology);
}

/// What write_topology_file calls the group of a layer with a mask; others keep their names.
std::string group_name(const Topology& topology, const std::string& layer) {
    for (std::size_t position = 0; position < topology.layers.size(); ++position) {
        if (topology.layers[position].name == layer) return numbered_name(position, layer);
    }
    return layer;
}

}  // namespace

Topology read_one_topology(const std::string& argument) {
    snapshot_place(argument);  // says which ones there are, where there are several
    std::vector<Topology> topologies = read_topologies(argument);
    if (topologies.front().layers.empty()) throw ConfigError(argument + ": holds no layer");
    return std::move(topologies.front());
}

StoredNetwork read_network(const std::string& argument) {
    StoredNetwork network{.topology = read_one_topology(argument), .parameters = {}};
    network.parameters = parameters_beside(argument, network.topology);
    return network;
}

std::vector<StoredNetwork> read_networks(const std::string& argument) {
    std::vector<StoredNetwork> networks;
    for (Topology& topology : read_topologies(argument)) {
        if (topology.layers.empty()) throw ConfigError(topology.label + ": holds no layer");
        std::vector<StoredParameter> parameters = parameters_beside(argument, topology);
        networks.push_back({std::move(topology), std::move(parameters)});
    }
    return networks;
}

void write_network_file(const std::filesystem::path& file, const StoredNetwork& network, const Facts& facts,
                        const std::function<void(hdf5::Group& root)>& add) {
    write_topology_file(file, {network.topology}, [&](hdf5::Group& root) {
        for (const auto& [name, value] : facts) root.set_attribute(name, value);
        hdf5::Group snapshot = root.group("snapshots").group(network.topology.label);
        for (const StoredParameter& parameter : network.parameters) {
            snapshot.group_or_create(group_name(network.topology, parameter.layer))
                .write(parameter.name, parameter.values);
        }
        add(root);
    });
}

}  // namespace espalier::topology
