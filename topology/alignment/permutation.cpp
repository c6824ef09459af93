#include <algorithm>
#include <numeric>
#include <utility>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/topology/alignment/permutation.hpp>

namespace espalier::topology {
namespace {

void require_permutations(const std::string& label, const std::vector<UnitGroup>& groups,
                          const Permutations& permutations) {
    if (groups.size() != permutations.size()) {
        throw FormatError(label + ": " + std::to_string(permutations.size()) + " permutations for " +
                          std::to_string(groups.size()) + " groups of hidden units");
    }
    for (std::size_t g = 0; g < groups.size(); ++g) {
        std::vector<char> is_taken(groups[g].size, 0);
        const bool is_whole =
            permutations[g].size() == groups[g].size && std::ranges::all_of(permutations[g], [&](std::uint32_t unit) {
                return unit < is_taken.size() && is_taken[unit]++ == 0;
            });
        if (is_whole) continue;
        throw FormatError(label + ": what is given for the units of '" + groups[g].name +
                          "' is no permutation of their " + std::to_string(groups[g].size) + " numbers");
    }
}

/// Of a group of so many units, blocks of numbers per unit: where each number goes. Empty: nothing moves.
std::vector<std::uint32_t> places_of(const Permutation& permutation, std::size_t block) {
    std::vector<std::uint32_t> place(permutation.size() * block);
    for (std::size_t i = 0; i < permutation.size(); ++i) {
        for (std::size_t r = 0; r < block; ++r) {
            place[permutation[i] * block + r] = static_cast<std::uint32_t>(i * block + r);
        }
    }
    return place;
}

/// Both sides of a layer renumbered; an empty vector leaves its side as it is.
class MovedLayer {
  public:
    MovedLayer(const Layer& layer, const Permutation& rows, std::vector<std::uint32_t> column_places)
        : layer_(layer), rows_(rows), column_places_(std::move(column_places)) {}

    Layer make() const {
        const Pattern& old = layer_.pattern;
        Layer made{layer_.name,   layer_.shape,  old,          std::vector<float>(layer_.values.size()),
                   layer_.fed_by, layer_.groups, layer_.blocks};
        if (!old.is_full()) {
            made.pattern = Pattern::by_rows(
                old.rows(), old.cols(), 20 * old.edges(), [&](std::size_t i) { return old.row(source(i)).size(); },
                [&](std::size_t i, std::span<std::uint32_t> to) {
                    std::ranges::transform(old.row(source(i)), to.begin(), [&](std::uint32_t x) { return place(x); });
                    std::ranges::sort(to);
                });
        }
        if (!made.values.empty()) move_values(made);
        return made;
    }

  private:
    std::size_t source(std::size_t row) const { return rows_.empty() ? row : rows_[row]; }
    std::uint32_t place(std::uint32_t column) const { return column_places_.empty() ? column : column_places_[column]; }

    void move_values(Layer& made) const {
        const Pattern& old = layer_.pattern;
        for_row_runs(old.rows(), 20 * old.edges(), [&](std::size_t begin, std::size_t end) {
            std::vector<float> line(old.cols());
            for (std::size_t i = begin; i < end; ++i) {
                std::size_t edge = old.row_begin(source(i));
                for (const std::uint32_t x : old.row(source(i))) line[place(x)] = layer_.values[edge++];
                edge = made.pattern.row_begin(i);
                for (const std::uint32_t x : made.pattern.row(i)) made.values[edge++] = line[x];
            }
        });
    }

    const Layer& layer_;
    const Permutation& rows_;
    std::vector<std::uint32_t> column_places_;
};

/// Puts the group's units into their places.
void move_values(std::vector<float>& values, const ParameterUse& use, const Permutation& permutation) {
    const std::vector<float> old = values;
    for (std::size_t i = 0; i < permutation.size(); ++i) {
        const auto from = std::span(old).subspan(use.units[permutation[i]] * use.block, use.block);
        std::ranges::copy(from, values.begin() + static_cast<std::ptrdiff_t>(use.units[i] * use.block));
    }
}

/// Of a layer's side, whose units are in several groups or stay; empty: all stay.
Permutation of_side(const std::vector<SideUnits>& side, const Permutations& permutations) {
    std::size_t size = 0;
    bool moves = false;
    for (const SideUnits& part : side) {
        size += part.units.size();
        moves = moves || part.group.has_value();
    }
    if (!moves) return {};
    Permutation all(size);
    for (const SideUnits& part : side) {
        for (std::size_t i = 0; i < part.units.size(); ++i)
            all[part.units[i]] = part.units[part.group ? permutations[*part.group][i] : i];
    }
    return all;
}

}  // namespace

Permutation identity_permutation(std::size_t size) {
    Permutation identity(size);
    std::iota(identity.begin(), identity.end(), 0U);
    return identity;
}

Permutations identity_permutations(const std::vector<UnitGroup>& groups) {
    Permutations all;
    for (const UnitGroup& group : groups) all.push_back(identity_permutation(group.size));
    return all;
}

Permutation inverse(const Permutation& permutation) {
    return places_of(permutation, 1);
}

Permutations inverse(const Permutations& permutations) {
    Permutations all;
    for (const Permutation& one : permutations) all.push_back(inverse(one));
    return all;
}

Permutation composed(const Permutation& first, const Permutation& second) {
    Permutation both;
    both.reserve(second.size());
    for (const std::uint32_t unit : second) both.push_back(first[unit]);
    return both;
}

Permutations composed(const Permutations& first, const Permutations& second) {
    Permutations all;
    for (std::size_t g = 0; g < first.size(); ++g) all.push_back(composed(first[g], second[g]));
    return all;
}

std::size_t moved_units(const Permutation& permutation) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < permutation.size(); ++i) count += permutation[i] == i ? 0 : 1;
    return count;
}

StoredNetwork permuted(const StoredNetwork& network, const std::vector<UnitGroup>& groups,
                       const Permutations& permutations) {
    require_permutations(network.topology.label, groups, permutations);
    const std::vector<LayerUnits> layers = layer_units(groups, network.topology);
    StoredNetwork moved = network;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        const Permutation rows = of_side(layers[l].outputs, permutations);
        const Permutation columns = of_side(layers[l].inputs, permutations);
        moved.topology.layers[l] =
            MovedLayer(network.topology.layers[l], rows, places_of(columns, layers[l].block)).make();
    }
    for (std::size_t g = 0; g < groups.size(); ++g) {
        for (const ParameterUse& use : groups[g].parameters) {
            move_values(moved.parameters[use.parameter].values, use, permutations[g]);
        }
    }
    return moved;
}

StoredNetwork permuted(const StoredNetwork& network, const Permutations& permutations) {
    return permuted(network, unit_groups(network), permutations);
}

}  // namespace espalier::topology
