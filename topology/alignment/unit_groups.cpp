#include <algorithm>
#include <charconv>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/alignment/unit_groups.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/topology/graph/chain.hpp>

namespace espalier::topology {
namespace {

/// 7 of "007_name"; none where the name does not begin so.
std::optional<std::size_t> number_of(const std::string& name) {
    const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
    if (digits == 0 || digits == name.size() || name[digits] != '_') return std::nullopt;
    std::size_t number = 0;
    if (std::from_chars(name.data(), name.data() + digits, number).ec != std::errc{}) return std::nullopt;
    return number;
}

/// Numbers that weight layers have in files.
std::vector<std::size_t> layer_numbers(const Topology& topology) {
    std::vector<std::size_t> numbers;
    for (std::size_t l = 0; l < topology.layers.size(); ++l) {
        numbers.push_back(number_of(numbered_name(l, topology.layers[l].name)).value_or(l));
    }
    return numbers;
}

/// The weight layer whose outputs the array belongs to; none before the first.
std::optional<std::size_t> layer_before(const StoredNetwork& network, const StoredParameter& parameter) {
    const std::vector<Layer>& layers = network.topology.layers;
    const auto own = std::ranges::find(layers, parameter.layer, &Layer::name);
    if (own != layers.end()) return static_cast<std::size_t>(own - layers.begin());
    const std::optional<std::size_t> number = number_of(parameter.layer);
    if (!number) {
        throw FormatError(network.topology.label + ": '" + parameter.name + "' belongs to '" + parameter.layer +
                          "', a layer without a mask whose name has no number that tells its place, as in 001_srelu1");
    }
    std::optional<std::size_t> before;
    const std::vector<std::size_t> numbers = layer_numbers(network.topology);
    for (std::size_t l = 0; l < numbers.size(); ++l) {
        if (numbers[l] < *number) before = l;
    }
    return before;
}

void add_parameter(const StoredNetwork& network, std::size_t position, std::vector<UnitGroup>& groups) {
    const StoredParameter& parameter = network.parameters[position];
    const std::optional<std::size_t> layer = layer_before(network, parameter);
    if (!layer || *layer >= groups.size() || parameter.values.size() == 1) return;
    UnitGroup& group = groups[*layer];
    const std::size_t count = parameter.values.size();
    if (count == 0 || group.size == 0 || count % group.size != 0) {
        throw FormatError(network.topology.label + ": '" + parameter.name + "' of layer '" + parameter.layer +
                          "' has " + std::to_string(count) + " numbers, no whole multiple of the " +
                          std::to_string(group.size) + " units of '" + group.name + "'");
    }
    group.parameters.push_back({position, count / group.size});
}

}  // namespace

std::vector<UnitGroup> unit_groups(const StoredNetwork& network) {
    const std::vector<Layer>& layers = network.topology.layers;
    const std::vector<std::size_t> blocks = require_chain(network.topology);
    std::vector<UnitGroup> groups;
    for (std::size_t l = 0; l + 1 < layers.size(); ++l) {
        groups.push_back({.name = layers[l].name,
                          .size = layers[l].pattern.rows(),
                          .weights = {{l, WeightSide::outputs, 1}, {l + 1, WeightSide::inputs, blocks[l + 1]}},
                          .parameters = {}});
    }
    for (std::size_t k = 0; k < network.parameters.size(); ++k) add_parameter(network, k, groups);
    return groups;
}

std::vector<LayerUnits> layer_units(const std::vector<UnitGroup>& groups, const Topology& topology) {
    std::vector<LayerUnits> layers(topology.layers.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
        for (const WeightUse& use : groups[g].weights) {
            LayerUnits& layer = layers[use.layer];
            (use.side == WeightSide::outputs ? layer.outputs : layer.inputs) = g;
            if (use.side == WeightSide::inputs) layer.block = use.block;
            if (layer.outputs == layer.inputs) {
                throw FormatError(topology.label + ": inputs and outputs of layer '" + topology.layers[use.layer].name +
                                  "' are the same units; such layers cannot be aligned");
            }
        }
    }
    return layers;
}

}  // namespace espalier::topology
