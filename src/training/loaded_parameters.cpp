#include <algorithm>

#include <espalier/base/error.hpp>
#include <espalier/training/loaded_parameters.hpp>

namespace espalier::training {
namespace {

/// "srelu1" of "001_srelu1".
std::string without_number(const std::string& name) {
    const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
    return digits > 0 && digits < name.size() && name[digits] == '_' ? name.substr(digits + 1) : name;
}

/// Where the parameters of the file's layer go; null where the network has no such layer.
nn::Layer<float>* target(nn::Network<float>& network, const topology::Topology& file, const std::string& layer) {
    const std::vector<std::size_t> weighted = network.weighted_layers();
    for (std::size_t l = 0; l < file.layers.size(); ++l) {
        if (file.layers[l].name == layer) return &network.layer(weighted[l]);
    }
    for (std::size_t k = 0; k < network.size(); ++k) {
        const bool is_weighted = network.layer(k).weight() != nullptr;
        if (!is_weighted && network.layer(k).name() == without_number(layer)) return &network.layer(k);
    }
    return nullptr;
}

void put(nn::Layer<float>& layer, const topology::StoredParameter& stored, const std::string& place) {
    for (nn::Parameter<float>* parameter : layer.parameters()) {
        if (parameter->name != stored.name) continue;
        if (parameter->values.size() != stored.values.size()) {
            throw ConfigError(place + ": '" + stored.name + "' of its layer " + stored.layer + " has " +
                              std::to_string(stored.values.size()) + " numbers, the model's " + layer.name() + " " +
                              std::to_string(parameter->values.size()));
        }
        std::ranges::copy(stored.values, parameter->values.begin());
    }
}

}  // namespace

void load_parameters(nn::Network<float>& network, const topology::StoredNetwork& stored, const std::string& place) {
    const std::vector<std::size_t> weighted = network.weighted_layers();
    for (std::size_t l = 0; l < weighted.size(); ++l) {
        const topology::Layer& layer = stored.topology.layers[l];
        if (layer.values.size() != layer.pattern.edges()) {
            throw ConfigError(place + ": its layer " + layer.name +
                              " has a mask but no weights; set sparsity.init_weights = false");
        }
        std::ranges::copy(layer.values, network.layer(weighted[l]).weight()->parameter().values.begin());
    }
    for (const topology::StoredParameter& parameter : stored.parameters) {
        if (nn::Layer<float>* layer = target(network, stored.topology, parameter.layer)) put(*layer, parameter, place);
    }
}

}  // namespace espalier::training
