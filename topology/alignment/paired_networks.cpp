#include <algorithm>
#include <cmath>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/alignment/paired_networks.hpp>
#include <espalier/topology/distance/comparison.hpp>

namespace espalier::topology {
namespace {

void require_finite(const std::vector<float>& values, const std::string& label, const std::string& what) {
    if (std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) return;
    throw NumericError("alignment: " + label + " has numbers in " + what + " that are not finite");
}

void require_weights_of(const StoredNetwork& network) {
    for (const Layer& layer : network.topology.layers) {
        if (layer.values.size() != layer.pattern.edges()) {
            throw FormatError("alignment: " + network.topology.label + " has no weights in layer '" + layer.name +
                              "'; record them (snapshots.weights = true), or align by masks");
        }
        require_finite(layer.values, network.topology.label, "layer '" + layer.name + "'");
    }
}

constexpr std::uint32_t not_there = ~std::uint32_t{0};

/// A part of a layer: some of its outputs, some of its inputs.
struct LayerPart {
    const std::vector<std::uint32_t>& rows;
    std::vector<std::uint32_t> column;  ///< of each unit of the inputs its number among those of the part, or not_there
    std::size_t columns;
    std::size_t block;

    LayerPart(const SideUnits& outputs, const SideUnits& inputs, std::size_t input_units, std::size_t columns_a_unit)
        : rows(outputs.units), column(input_units, not_there), columns(inputs.units.size()), block(columns_a_unit) {
        for (std::size_t i = 0; i < inputs.units.size(); ++i) column[inputs.units[i]] = static_cast<std::uint32_t>(i);
    }
};

/// The columns place, place + block, ... of a part of a layer; without values ones.
SparseRows slice(const Layer& layer, const LayerPart& part, std::size_t place, bool with_values) {
    SparseRows rows;
    std::vector<std::pair<std::uint32_t, float>> line;
    for (const std::uint32_t i : part.rows) {
        std::size_t edge = layer.pattern.row_begin(i);
        line.clear();
        for (const std::uint32_t x : layer.pattern.row(i)) {
            const std::uint32_t column = part.column[x / part.block];
            if (x % part.block == place && column != not_there)
                line.emplace_back(column, with_values ? layer.values[edge] : 1.0F);
            ++edge;
        }
        std::ranges::sort(line, {}, &std::pair<std::uint32_t, float>::first);
        for (const auto& [column, value] : line) {
            rows.indices.push_back(column);
            rows.values.push_back(value);
        }
        rows.offsets.push_back(rows.indices.size());
    }
    return rows;
}

void add_part(PairedNetworks& pair, const Layer& first, const Layer& second, const SideUnits& outputs,
              const SideUnits& inputs, const LayerPart& part, bool with_values) {
    for (std::size_t place = 0; place < part.block; ++place) {
        PairedMatrix matrix{.row_group = outputs.group,
                            .column_group = inputs.group,
                            .first = slice(first, part, place, with_values),
                            .first_columns = {},
                            .second = slice(second, part, place, with_values),
                            .second_columns = {}};
        if (inputs.group) matrix.first_columns = matrix.first.transposed(part.columns);
        matrix.second_columns = matrix.second.transposed(part.columns);
        pair.matrices.push_back(std::move(matrix));
    }
}

void add_layer(PairedNetworks& pair, const Layer& first, const Layer& second, const LayerUnits& units,
               bool with_values) {
    const std::size_t input_units = first.pattern.cols() / units.block;
    for (const SideUnits& outputs : units.outputs) {
        for (const SideUnits& inputs : units.inputs) {
            if (!outputs.group && !inputs.group) continue;
            add_part(pair, first, second, outputs, inputs, {outputs, inputs, input_units, units.block}, with_values);
        }
    }
}

/// "srelu1" of "001_srelu1"; of a layer with a mask its position, for files name them differently.
std::string owner(const StoredNetwork& network, const StoredParameter& parameter) {
    const std::vector<Layer>& layers = network.topology.layers;
    const auto own = std::ranges::find(layers, parameter.layer, &Layer::name);
    if (own != layers.end()) return std::to_string(own - layers.begin());
    return parameter.layer.substr(parameter.layer.find('_') + 1);
}

/// The same array in the other network.
const ParameterUse* counterpart(const StoredNetwork& network, const ParameterUse& use, const StoredNetwork& other,
                                const UnitGroup& group) {
    const StoredParameter& wanted = network.parameters[use.parameter];
    for (const ParameterUse& candidate : group.parameters) {
        const StoredParameter& parameter = other.parameters[candidate.parameter];
        if (parameter.name == wanted.name && owner(other, parameter) == owner(network, wanted)) return &candidate;
    }
    return nullptr;
}

void require_same_arrays(const StoredNetwork& network, const UnitGroup& group, const StoredNetwork& other,
                         const UnitGroup& other_group) {
    for (const ParameterUse& use : group.parameters) {
        const StoredParameter& parameter = network.parameters[use.parameter];
        const ParameterUse* match = counterpart(network, use, other, other_group);
        if (match != nullptr && match->block == use.block) continue;
        const std::size_t theirs = match == nullptr ? 0 : other.parameters[match->parameter].values.size();
        throw FormatError("alignment: " + network.topology.label + " and " + other.topology.label + ": '" +
                          parameter.name + "' of layer '" + parameter.layer + "' has " +
                          std::to_string(parameter.values.size()) + " and " + std::to_string(theirs) +
                          " numbers; networks of one architecture are needed");
    }
}

/// Statistics follow from the weights: they move along, and say nothing of their own.
bool is_statistic(const StoredParameter& parameter) {
    return parameter.name == "running_mean" || parameter.name == "running_var";
}

std::vector<float> of_units(const StoredParameter& parameter, const ParameterUse& use) {
    std::vector<float> values;
    for (const std::uint32_t unit : use.units) {
        const auto own = std::span(parameter.values).subspan(unit * use.block, use.block);
        values.insert(values.end(), own.begin(), own.end());
    }
    return values;
}

/// Both have the same layers; what feeds these may differ.
void require_same_groups(const StoredNetwork& first, const std::vector<UnitGroup>& groups, const StoredNetwork& second,
                         const std::vector<UnitGroup>& second_groups) {
    const auto is_same = [](const WeightUse& a, const WeightUse& b) {
        return a.layer == b.layer && a.side == b.side && a.block == b.block && a.units == b.units;
    };
    bool are_equal = groups.size() == second_groups.size();
    for (std::size_t g = 0; are_equal && g < groups.size(); ++g)
        are_equal = std::ranges::equal(groups[g].weights, second_groups[g].weights, is_same);
    if (are_equal) return;
    throw FormatError("alignment: layers of " + first.topology.label + " and " + second.topology.label +
                      " are not fed alike; networks of one architecture are needed");
}

void add_arrays(PairedNetworks& pair, const StoredNetwork& first, const StoredNetwork& second,
                const std::vector<UnitGroup>& second_groups) {
    for (std::size_t g = 0; g < pair.groups.size(); ++g) {
        for (const ParameterUse& use : pair.groups[g].parameters) {
            const ParameterUse* match = counterpart(first, use, second, second_groups[g]);
            const StoredParameter& ours = first.parameters[use.parameter];
            const StoredParameter& theirs = second.parameters[match->parameter];
            require_finite(ours.values, first.topology.label, "'" + ours.name + "' of layer '" + ours.layer + "'");
            require_finite(theirs.values, second.topology.label,
                           "'" + theirs.name + "' of layer '" + theirs.layer + "'");
            if (is_statistic(ours)) continue;
            pair.arrays.push_back({g, use.block, of_units(ours, use), of_units(theirs, *match)});
        }
    }
}

}  // namespace

SparseRows SparseRows::transposed(std::size_t cols) const {
    SparseRows result;
    result.offsets.assign(cols + 1, 0);
    for (const std::uint32_t x : indices) ++result.offsets[x + 1];
    for (std::size_t x = 0; x < cols; ++x) result.offsets[x + 1] += result.offsets[x];
    result.indices.resize(indices.size());
    result.values.resize(values.size());
    std::vector<std::uint64_t> next(result.offsets.begin(), result.offsets.end() - 1);
    for (std::size_t i = 0; i < rows(); ++i) {
        for (std::uint64_t edge = offsets[i]; edge < offsets[i + 1]; ++edge) {
            const std::uint64_t to = next[indices[edge]]++;
            result.indices[to] = static_cast<std::uint32_t>(i);
            result.values[to] = values[edge];
        }
    }
    return result;
}

PairedNetworks pair_networks(const StoredNetwork& first, const StoredNetwork& second, AlignmentObjective objective,
                             bool with_arrays) {
    require_comparable(first.topology, second.topology, "alignment");
    PairedNetworks pair{.groups = unit_groups(first), .matrices = {}, .arrays = {}};
    const std::vector<UnitGroup> second_groups = unit_groups(second);
    require_same_groups(first, pair.groups, second, second_groups);
    const bool with_values = objective == AlignmentObjective::weights;
    if (with_values) {
        require_weights_of(first);
        require_weights_of(second);
    }
    for (std::size_t g = 0; g < pair.groups.size(); ++g) {
        require_same_arrays(first, pair.groups[g], second, second_groups[g]);
        require_same_arrays(second, second_groups[g], first, pair.groups[g]);
    }
    const std::vector<LayerUnits> units = layer_units(pair.groups, first.topology);
    for (std::size_t l = 0; l < units.size(); ++l) {
        add_layer(pair, first.topology.layers[l], second.topology.layers[l], units[l], with_values);
    }
    if (with_values && with_arrays) add_arrays(pair, first, second, second_groups);
    return pair;
}

}  // namespace espalier::topology
