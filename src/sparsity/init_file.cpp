#include <filesystem>

#include <espalier/base/error.hpp>
#include <espalier/base/safetensors.hpp>
#include <espalier/sparsity/init_file.hpp>
#include <espalier/topology/mask_files.hpp>
#include <espalier/topology/sources.hpp>

namespace espalier::sparsity {
namespace {

/// "fc1" of "fc1.weight".
std::string stem(const std::string& name) {
    return name.substr(0, name.rfind('.'));
}

std::vector<topology::StoredParameter> vectors_of(const SafetensorsFile& file, const topology::Topology& topology) {
    std::vector<topology::StoredParameter> parameters;
    for (const topology::Layer& layer : topology.layers) {
        for (const SafetensorsEntry& entry : file.entries()) {
            const std::string owner = stem(entry.name);
            if (entry.shape.size() != 1 || (owner != layer.name && owner != stem(layer.name))) continue;
            const SafetensorsTensor tensor = file.read(entry);
            std::vector<float> values(tensor.size());
            for (std::size_t k = 0; k < values.size(); ++k) values[k] = tensor.finite_float(k);
            parameters.push_back({layer.name, entry.name.substr(entry.name.rfind('.') + 1), std::move(values)});
        }
    }
    return parameters;
}

}  // namespace

topology::Topology read_init_file(const std::string& argument) {
    topology::snapshot_place(argument);  // says which ones there are, where there are several
    std::vector<topology::Topology> topologies = topology::read_topologies(argument);
    if (topologies.front().layers.empty()) throw ConfigError(argument + ": holds no layer");
    return std::move(topologies.front());
}

double density(const topology::Topology& topology) {
    std::size_t positions = 0;
    for (const topology::Layer& layer : topology.layers) positions += layer.pattern.positions();
    return static_cast<double>(topology::edges(topology)) / static_cast<double>(positions);
}

std::vector<topology::StoredParameter> read_init_parameters(const std::string& argument,
                                                            const topology::Topology& topology) {
    if (const auto place = topology::snapshot_place(argument)) {
        return topology::read_parameters(place->file, place->label);
    }
    const std::filesystem::path path = argument;
    if (path.extension() != ".safetensors" || std::filesystem::is_directory(path)) return {};
    return vectors_of(SafetensorsFile(path), topology);
}

}  // namespace espalier::sparsity
