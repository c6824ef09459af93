#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/superposition/members.hpp>

namespace espalier::topology {
namespace {

void require_parameters(const StoredNetwork& first, const StoredNetwork& other) {
    const std::string both = first.topology.label + " and " + other.topology.label + ": ";
    if (first.parameters.size() != other.parameters.size()) {
        throw FormatError(both + std::to_string(first.parameters.size()) +
                          " arrays beside the weights (biases and the like) in one and " +
                          std::to_string(other.parameters.size()) + " in the other");
    }
    for (std::size_t p = 0; p < first.parameters.size(); ++p) {
        const StoredParameter& a = first.parameters[p];
        const StoredParameter& b = other.parameters[p];
        if (a.name == b.name && a.values.size() == b.values.size()) continue;
        throw FormatError(both + "layer " + a.layer + " has " + std::to_string(a.values.size()) + " of " + a.name +
                          " in one, " + b.layer + " " + std::to_string(b.values.size()) + " of " + b.name +
                          " in the other");
    }
}

void require_finite(const std::vector<float>& values, const StoredNetwork& network, const std::string& what) {
    if (std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) return;
    throw NumericError(network.topology.label + ": " + what + " holds a number that is not finite");
}

void require_numbers(const StoredNetwork& network) {
    for (const Layer& layer : network.topology.layers) {
        if (layer.values.size() != layer.pattern.edges()) {
            throw FormatError(network.topology.label + ": layer " + layer.name +
                              " has a mask but no weights; runs keep them with snapshots.weights = true");
        }
        require_finite(layer.values, network, "layer " + layer.name);
    }
    for (const StoredParameter& parameter : network.parameters) {
        require_finite(parameter.values, network, parameter.name + " of layer " + parameter.layer);
    }
}

}  // namespace

void require_members(Members members) {
    if (members.empty()) throw FormatError("no ticket to superpose");
    for (const StoredNetwork* member : members) {
        require_comparable(members.front()->topology, member->topology, "superposing");
        require_parameters(*members.front(), *member);
        require_numbers(*member);
    }
}

std::vector<bool> full_in_all(Members members) {
    std::vector<bool> full(members.front()->topology.layers.size(), true);
    for (const StoredNetwork* member : members) {
        for (std::size_t l = 0; l < full.size(); ++l) {
            const Pattern& pattern = member->topology.layers[l].pattern;
            full[l] = full[l] && pattern.edges() == pattern.positions();
        }
    }
    return full;
}

std::vector<const Layer*> layers_of(Members members, std::size_t layer) {
    std::vector<const Layer*> layers;
    layers.reserve(members.size());
    for (const StoredNetwork* member : members) layers.push_back(&member->topology.layers[layer]);
    return layers;
}

}  // namespace espalier::topology
