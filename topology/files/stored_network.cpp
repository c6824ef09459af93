#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/mask_files.hpp>
#include <espalier/topology/files/mask_folder.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/topology/files/sources.hpp>
#include <espalier/topology/files/sparse_matrix.hpp>
#include <espalier/topology/files/stored_network.hpp>
#include <espalier/topology/files/tensor_names.hpp>

namespace espalier::topology {
namespace {

using Parameters = std::vector<StoredParameter>;  // of one topology

/// Where the tensors of modules go: beside the mask of their layer, or, where there is not exactly one, on their own.
class LayersOfModules {
  public:
    explicit LayersOfModules(const Topology& topology) {
        for (const Layer& layer : topology.layers) {
            const auto [known, is_new] = layers_.emplace(module_name(layer.name), layer.name);
            if (!is_new) known->second = known->first.empty() ? root_layer : known->first;
        }
    }
    /// Of a file with one layer, which the topology calls otherwise than the file does.
    LayersOfModules(const std::string& stored, const std::string& called) : layers_{{module_name(stored), called}} {}

    std::string operator()(const std::string& module) const {
        const auto found = layers_.find(module);
        if (found != layers_.end()) return found->second;
        return module.empty() ? root_layer : module;
    }

  private:
    std::unordered_map<std::string, std::string> layers_;
};

/// Counters, such as batch normalisation's num_batches_tracked, are no parameters: what PyTorch needs them for is
/// training on, and it makes its own.
bool holds_parameters(const Tensor& tensor) {
    return tensor.has_values() || tensor.type().kind == ElementKind::boolean;
}

std::vector<StoredParameter> vectors_of(const TensorFile& file, const LayersOfModules& layers) {
    std::vector<StoredParameter> parameters;
    for (const TensorEntry& entry : file.entries()) {
        if (entry.shape.size() > 1 || entry.name == mean_tensor || entry.name == std_tensor) continue;
        const Tensor tensor = file.read(entry);
        if (!holds_parameters(tensor)) continue;
        const TensorName name = split_tensor(entry.name);
        parameters.push_back({layers(name.owner), name.leaf, tensor.to_finite_floats()});
    }
    return parameters;
}

std::vector<StoredParameter> vectors_of_file(const std::filesystem::path& path, const LayersOfModules& layers) {
    const TensorFile file = open_tensor_file(path);
    return holds_one_matrix(file) ? std::vector<StoredParameter>() : vectors_of(file, layers);
}

std::vector<StoredParameter> vectors_of_layer_files(const MaskFolder& folder, const Topology& topology,
                                                    const MaskFileOptions& quiet) {
    std::vector<StoredParameter> parameters;
    for (const std::filesystem::path& file : folder.files) {
        const std::string called = file.stem().string();
        if (std::ranges::find(topology.layers, called, &Layer::name) == topology.layers.end()) continue;
        const LayersOfModules layers(open_layers(file, options_for(quiet, called)).names.front(), called);
        for (StoredParameter& parameter : vectors_of_file(file, layers)) parameters.push_back(std::move(parameter));
    }
    return parameters;
}

/// A layer's bias may lie in another part than its weights.
std::vector<StoredParameter> vectors_of_parts(const MaskFolder& folder, const Topology& topology) {
    const LayersOfModules layers(topology);
    std::vector<StoredParameter> parameters;
    std::map<std::pair<std::string, std::string>, std::filesystem::path> places;
    for (const std::filesystem::path& file : folder.files) {
        for (StoredParameter& parameter : vectors_of_file(file, layers)) {
            const auto [place, is_new] = places.emplace(std::pair(parameter.layer, parameter.name), file);
            if (!is_new) {
                throw FormatError(topology.label + ": two of its files hold '" + parameter.name + "' of '" +
                                  parameter.layer + "', " + place->second.filename().string() + " and " +
                                  file.filename().string());
            }
            parameters.push_back(std::move(parameter));
        }
    }
    return parameters;
}

std::vector<StoredParameter> vectors_of_folder(const std::filesystem::path& path, const Topology& topology,
                                               const MaskFileOptions& options) {
    MaskFileOptions quiet = options;  // what there is to say was said when the layers were read
    quiet.notice = {};
    const MaskFolder folder = open_folder(path, quiet);
    return folder.is_layer_each ? vectors_of_layer_files(folder, topology, quiet) : vectors_of_parts(folder, topology);
}

/// Whoever selects layers wants no other's parameters either.
void keep_of_layers(std::vector<StoredParameter>& parameters, const Topology& topology) {
    std::set<std::string> names;
    for (const Layer& layer : topology.layers) names.insert(layer.name);
    std::erase_if(parameters, [&](const StoredParameter& parameter) { return !names.contains(parameter.layer); });
}

void require_finite(const StoredParameter& parameter, const std::string& label) {
    const auto bad = std::ranges::find_if_not(parameter.values, [](float value) { return std::isfinite(value); });
    if (bad == parameter.values.end()) return;
    throw FormatError(label + ": entry " + std::to_string(bad - parameter.values.begin()) + " of '" + parameter.name +
                      "' of layer '" + parameter.layer + "' is " + (std::isnan(*bad) ? "NaN" : "infinite") +
                      ", not a finite number");
}

/// Of topologies of one run or topology file: one opening for all.
std::vector<Parameters> stored_beside(const std::vector<Topology>& topologies) {
    auto all = read_rehearsed(topologies.front().source, [&](const SnapshotFile& file) {
        std::vector<Parameters> parameters;
        for (const Topology& topology : topologies) parameters.push_back(file.parameters(topology.snapshot));
        return parameters;
    });
    for (std::size_t k = 0; k < all.size(); ++k) {
        for (const StoredParameter& parameter : all[k]) require_finite(parameter, topologies[k].label);
    }
    return all;
}

/// Puts the arrays that training goes on from in the place of their averages.
void take_unaveraged(const std::string& argument, StoredNetwork& network) {
    const std::string snapshot = network.topology.snapshot;
    if (network.topology.source.empty() || snapshot.empty())
        throw ConfigError(argument + ": is no run, and holds no weights but its own: leave out --unaveraged");
    const Parameters unaveraged =
        read_rehearsed(network.topology.source, [&](const SnapshotFile& file) { return file.unaveraged(snapshot); });
    std::map<std::pair<std::string, std::string>, const StoredParameter*> found;
    for (const StoredParameter& parameter : unaveraged) {
        require_finite(parameter, network.topology.label);
        found.emplace(std::pair(parameter.layer, parameter.name), &parameter);
    }
    if (found.empty()) {
        throw ConfigError(argument +
                          ": holds no averages of weights (training.weight_average): leave out --unaveraged");
    }
    const auto take = [&](const std::string& layer, const std::string& name, std::vector<float>& values) {
        const auto place = found.find({layer, name});
        if (place == found.end() || place->second->values.size() != values.size()) {
            throw FormatError(network.topology.label + ": layer '" + layer + "' has no array '" + unaveraged_prefix +
                              name + "' of " + std::to_string(values.size()) + " numbers");
        }
        values = place->second->values;
    };
    for (Layer& layer : network.topology.layers) take(layer.name, "values", layer.values);
    for (StoredParameter& parameter : network.parameters) take(parameter.layer, parameter.name, parameter.values);
}

std::vector<Parameters> all_beside(const std::string& argument, const std::vector<Topology>& topologies,
                                   const MaskFileOptions& options) {
    if (!topologies.front().source.empty()) return stored_beside(topologies);
    const Topology& topology = topologies.front();  // files of other tools hold one
    if (std::filesystem::is_directory(argument)) return {vectors_of_folder(argument, topology, options)};
    return {vectors_of_file(argument, LayersOfModules(topology))};
}

/// What an argument holds beside the layers of each topology read from it.
std::vector<Parameters> parameters_beside(const std::string& argument, const std::vector<Topology>& topologies,
                                          const MaskFileOptions& options) {
    std::vector<Parameters> parameters = all_beside(argument, topologies, options);
    if (options.layers.empty()) return parameters;
    for (std::size_t k = 0; k < parameters.size(); ++k) keep_of_layers(parameters[k], topologies[k]);
    return parameters;
}

/// Names that HDF5 can hold, and that are nothing else's in a layer's group.
void require_names(const StoredNetwork& network) {
    std::set<std::string> names;
    for (const StoredParameter& parameter : network.parameters) {
        const std::string tensor = parameter_tensor(parameter.layer, parameter.name);
        const bool is_taken = parameter.name == "indptr" || parameter.name == "indices" || parameter.name == "values";
        if (is_taken || parameter.name.empty() || !names.insert(tensor).second) {
            throw FormatError(network.topology.label + ": '" + tensor + "' has no place in a topology file: " +
                              (parameter.name.empty() ? "its name is empty"
                               : is_taken             ? "masks and weights have that name there"
                                                      : "the name is there twice"));
        }
    }
}

void write_parameters(hdf5::Group&& snapshot, const StoredNetwork& network) {
    const GroupNames groups(network.topology);
    for (const StoredParameter& parameter : network.parameters) {
        snapshot.group_or_create(groups(parameter.layer)).write(parameter.name, parameter.values);
    }
}

}  // namespace

Topology read_one_topology(const std::string& argument, const MaskFileOptions& options) {
    snapshot_place(argument);  // says which ones there are, where there are several
    std::vector<Topology> topologies = read_topologies(argument, options);
    if (topologies.front().layers.empty()) throw ConfigError(argument + ": holds no layer");
    return std::move(topologies.front());
}

StoredNetwork read_network(const std::string& argument, const MaskFileOptions& options) {
    std::vector<Topology> topology;
    topology.push_back(read_one_topology(argument, options));
    Parameters parameters = std::move(parameters_beside(argument, topology, options).front());
    StoredNetwork network{std::move(topology.front()), std::move(parameters)};
    if (options.unaveraged) take_unaveraged(argument, network);
    return network;
}

std::vector<StoredNetwork> read_networks(const std::string& argument, const MaskFileOptions& options) {
    std::vector<Topology> topologies = read_topologies(argument, options);
    for (const Topology& topology : topologies) {
        if (topology.layers.empty()) throw ConfigError(topology.label + ": holds no layer");
    }
    std::vector<Parameters> parameters = parameters_beside(argument, topologies, options);
    std::vector<StoredNetwork> networks;
    for (std::size_t k = 0; k < topologies.size(); ++k) {
        networks.push_back({std::move(topologies[k]), std::move(parameters[k])});
    }
    return networks;
}

void write_networks_file(const std::filesystem::path& file, std::span<const StoredNetwork> networks,
                         const std::function<void(hdf5::Group& root)>& add) {
    std::vector<const Topology*> topologies;
    for (const StoredNetwork& network : networks) {
        require_names(network);
        topologies.push_back(&network.topology);
    }
    write_topology_file(file, topologies, [&](hdf5::Group& root) {
        for (const StoredNetwork& network : networks) {
            write_parameters(root.group("snapshots").group(network.topology.label), network);
        }
        add(root);
    });
}

void write_network_file(const std::filesystem::path& file, const StoredNetwork& network, const Facts& facts,
                        const std::function<void(hdf5::Group& root)>& add) {
    write_networks_file(file, std::span(&network, 1), [&](hdf5::Group& root) {
        for (const auto& [name, value] : facts) root.set_attribute(name, value);
        add(root);
    });
}

}  // namespace espalier::topology
