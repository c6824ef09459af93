#include <algorithm>
#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/topology/files/tensor_names.hpp>
#include <espalier/training/state/loaded_parameters.hpp>

namespace espalier::training {
namespace {

/// True where the arrays of the file's layer go to the layer of an entry: weighted layers go by their order, others by
/// name.
bool is_target(const nn::ParameterEntry<float>& entry, const std::vector<nn::ParameterEntry<float>>& weights,
               const topology::Topology& file, const std::string& layer) {
    for (std::size_t l = 0; l < file.layers.size(); ++l) {
        if (file.layers[l].name == layer) return weights[l].layer == entry.layer;
    }
    const bool is_weighted =
        std::ranges::any_of(weights, [&](const auto& weight) { return weight.layer == entry.layer; });
    return !is_weighted && entry.module == topology::without_number(layer);
}

/// The array that the file's parameter goes to; null where there is none.
nn::Parameter<float>* place_of(const nn::Network<float>& network, const topology::Topology& file,
                               const topology::StoredParameter& stored) {
    const std::vector<nn::ParameterEntry<float>> weights = network.table().weights();
    for (const nn::ParameterEntry<float>& entry : network.table().entries()) {
        if (entry.parameter->name == stored.name && is_target(entry, weights, file, stored.layer))
            return entry.parameter;
    }
    return nullptr;
}

void put(nn::Parameter<float>& parameter, const topology::StoredParameter& stored, const std::string& place) {
    if (parameter.values.size() != stored.values.size()) {
        throw ConfigError(place + ": '" + stored.name + "' of its layer " + stored.layer + " has " +
                          std::to_string(stored.values.size()) + " numbers, the model's " +
                          std::to_string(parameter.values.size()));
    }
    std::ranges::copy(stored.values, parameter.values.begin());
}

std::string layer_names(const nn::Network<float>& network) {
    std::vector<std::string> names;
    for (std::size_t k = 0; k < network.size(); ++k) names.push_back(network.layer(k).name());
    return join(names);
}

}  // namespace

void require_places(nn::Network<float>& network, const topology::StoredNetwork& stored, const std::string& place) {
    std::vector<std::string> homeless;
    for (const topology::StoredParameter& parameter : stored.parameters) {
        if (place_of(network, stored.topology, parameter) == nullptr) {
            homeless.push_back(topology::parameter_tensor(parameter.layer, parameter.name));
        }
    }
    if (homeless.empty()) return;
    throw ConfigError(place + ": the model (" + layer_names(network) + ") has no place for " + join(homeless) +
                      ", and without " + (homeless.size() == 1 ? "it" : "them") +
                      " this would be another network; choose a model that has, or leave them out of the file");
}

void require_complete(nn::Network<float>& network, const topology::StoredNetwork& stored, const std::string& place,
                      bool with_biases) {
    std::set<const nn::Parameter<float>*> found;
    for (const topology::StoredParameter& parameter : stored.parameters) {
        found.insert(place_of(network, stored.topology, parameter));
    }
    std::vector<std::string> missing;
    for (const nn::ParameterEntry<float>& entry : network.table().entries()) {
        // A file without biases is one of a network without them.
        if (entry.weight != nullptr || (network.weight(entry.layer) != nullptr && !with_biases)) continue;
        if (!found.contains(entry.parameter)) missing.push_back(entry.path());
    }
    if (missing.empty()) return;
    throw ConfigError(place + ": holds no " + join(missing) + ", which the model has and trains");
}

void require_names(const topology::StoredNetwork& stored, const std::vector<std::string>& names,
                   const std::string& place) {
    std::vector<std::string> there;
    for (const topology::Layer& layer : stored.topology.layers) there.push_back(topology::module_name(layer.name));
    const auto without = [](const std::vector<std::string>& all, const std::vector<std::string>& others) {
        std::vector<std::string> left;
        std::ranges::copy_if(all, std::back_inserter(left),
                             [&](const std::string& name) { return std::ranges::find(others, name) == others.end(); });
        return left;
    };
    const std::vector<std::string> missing = without(names, there);
    const std::vector<std::string> unknown = without(there, names);
    if (missing.size() == names.size() || (missing.empty() && unknown.empty())) return;
    std::string text = place + ": ";
    if (!missing.empty()) text += "holds no weights of layer " + join_some(missing, 8);
    if (!missing.empty() && !unknown.empty()) text += ", and ";
    if (!unknown.empty()) text += "the model has no layer " + join_some(unknown, 8);
    throw ConfigError(text);
}

std::optional<topology::StoredNetwork> in_order_of(const topology::StoredNetwork& stored,
                                                   const std::vector<std::string>& names) {
    const std::vector<topology::Layer>& layers = stored.topology.layers;
    if (layers.size() != names.size()) return std::nullopt;
    std::vector<std::size_t> places;
    for (const std::string& name : names) {
        const auto found = std::ranges::find_if(
            layers, [&](const topology::Layer& layer) { return topology::module_name(layer.name) == name; });
        if (found == layers.end()) return std::nullopt;
        places.push_back(static_cast<std::size_t>(found - layers.begin()));
    }
    if (std::ranges::is_sorted(places)) return std::nullopt;
    topology::StoredNetwork ordered = stored;
    for (std::size_t k = 0; k < places.size(); ++k) ordered.topology.layers[k] = layers[places[k]];
    return ordered;
}

void load_parameters(nn::Network<float>& network, const topology::StoredNetwork& stored, const std::string& place) {
    const std::vector<nn::ParameterEntry<float>> weights = network.table().weights();
    for (std::size_t l = 0; l < weights.size(); ++l) {
        const topology::Layer& layer = stored.topology.layers[l];
        if (layer.values.size() != layer.pattern.edges()) {
            throw ConfigError(place + ": its layer " + layer.name +
                              " has a mask but no weights; set sparsity.init_weights = false");
        }
        std::ranges::copy(layer.values, weights[l].parameter->values.begin());
    }
    require_places(network, stored, place);
    for (const topology::StoredParameter& parameter : stored.parameters) {
        put(*place_of(network, stored.topology, parameter), parameter, place);
    }
}

}  // namespace espalier::training
