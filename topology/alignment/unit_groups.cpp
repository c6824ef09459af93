#include <algorithm>
#include <charconv>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/alignment/unit_groups.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/topology/graph/tied_units.hpp>

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

/// The array to all groups that its layer's outputs are in.
void add_parameter(const StoredNetwork& network, std::size_t position, std::vector<UnitGroup>& groups) {
    const StoredParameter& parameter = network.parameters[position];
    const std::optional<std::size_t> layer = layer_before(network, parameter);
    const std::size_t count = parameter.values.size();
    if (!layer || count == 1) return;
    const Layer& of = network.topology.layers[*layer];
    const std::size_t units = of.pattern.rows();
    for (UnitGroup& group : groups) {
        const auto use = std::ranges::find_if(group.weights, [&](const WeightUse& weight) {
            return weight.layer == *layer && weight.side == WeightSide::outputs;
        });
        if (use == group.weights.end()) continue;
        if (count == 0 || units == 0 || count % units != 0) {
            throw FormatError(network.topology.label + ": '" + parameter.name + "' of layer '" + parameter.layer +
                              "' has " + std::to_string(count) + " numbers, no whole multiple of the " +
                              std::to_string(units) + " units of '" + of.name + "'");
        }
        group.parameters.push_back({position, count / units, use->units});
    }
}

UnitGroup group_of(const Topology& topology, const TiedUnits::Class& members) {
    UnitGroup group;
    const TiedUnits::Side& first = members.sides.front();
    const std::size_t outputs = topology.layers[first.layer].pattern.rows();
    group.size = first.units.size();
    group.name = topology.layers[first.layer].name;
    if (group.size < outputs) group.name += " (" + std::to_string(group.size) + " of " + std::to_string(outputs) + ")";
    for (const TiedUnits::Side& side : members.sides)
        group.weights.push_back(
            {side.layer, side.is_input ? WeightSide::inputs : WeightSide::outputs, side.block, side.units});
    return group;
}

/// Those of a side that are in no group.
void add_fixed(std::vector<SideUnits>& side, std::size_t units) {
    std::vector<char> is_known(units, 0);
    for (const SideUnits& part : side) {
        for (const std::uint32_t unit : part.units) is_known[unit] = 1;
    }
    SideUnits fixed;
    for (std::uint32_t unit = 0; unit < units; ++unit) {
        if (is_known[unit] == 0) fixed.units.push_back(unit);
    }
    if (!fixed.units.empty()) side.push_back(std::move(fixed));
}

}  // namespace

std::vector<UnitGroup> unit_groups(const StoredNetwork& network) {
    std::vector<UnitGroup> groups;
    const TiedUnits tied(network.topology);
    for (const TiedUnits::Class& members : tied.classes()) groups.push_back(group_of(network.topology, members));
    for (std::size_t k = 0; k < network.parameters.size(); ++k) add_parameter(network, k, groups);
    return groups;
}

bool LayerUnits::can_move() const {
    const auto moves = [](const SideUnits& part) { return part.group.has_value(); };
    return std::ranges::any_of(outputs, moves) || std::ranges::any_of(inputs, moves);
}

std::vector<LayerUnits> layer_units(const std::vector<UnitGroup>& groups, const Topology& topology) {
    std::vector<LayerUnits> layers(topology.layers.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
        for (const WeightUse& use : groups[g].weights) {
            LayerUnits& layer = layers[use.layer];
            const bool is_output = use.side == WeightSide::outputs;
            const std::vector<SideUnits>& other = is_output ? layer.inputs : layer.outputs;
            if (std::ranges::find(other, std::optional(g), &SideUnits::group) != other.end()) {
                throw FormatError(topology.label + ": inputs and outputs of layer '" + topology.layers[use.layer].name +
                                  "' are the same units; such layers cannot be aligned");
            }
            (is_output ? layer.outputs : layer.inputs).push_back({g, use.units});
            if (!is_output) layer.block = use.block;
        }
    }
    for (std::size_t l = 0; l < layers.size(); ++l) {
        const Pattern& pattern = topology.layers[l].pattern;
        add_fixed(layers[l].outputs, pattern.rows());
        add_fixed(layers[l].inputs, pattern.cols() / layers[l].block);
    }
    return layers;
}

}  // namespace espalier::topology
