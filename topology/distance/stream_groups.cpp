#include <algorithm>
#include <numeric>

#include <espalier/topology/distance/stream_groups.hpp>

namespace espalier::topology {

StreamGroups::StreamGroups(const Topology& topology, bool keeps_outputs)
    : tied_(topology, keeps_outputs),
      written_(topology.layers.size()),
      read_(topology.layers.size()),
      width_before_(topology.layers.size(), 0) {
    for (std::size_t g = 0; g < tied_.classes().size(); ++g) {
        const std::vector<TiedUnits::Side>& sides = tied_.classes()[g].sides;
        for (std::size_t s = 0; s < sides.size(); ++s) {
            const TiedUnits::Side& side = sides[s];
            if (side.is_input) {
                read_[side.layer].push_back({g, side.units});
                width_before_[side.layer] = topology.layers[side.layer].pattern.cols() / side.block;
            } else {
                written_[side.layer].push_back({side.units, s == 0, g});
            }
        }
    }
}

std::optional<std::size_t> StreamGroups::first_difference(const StreamGroups& other) const {
    const auto same = [](const Part& a, const Part& b) {
        return a.units == b.units && a.is_first == b.is_first && a.number == b.number;
    };
    for (std::size_t k = 0; k < written_.size(); ++k) {
        if (!std::ranges::equal(written_[k], other.written_[k], same) || read_[k] != other.read_[k]) return k;
    }
    return std::nullopt;
}

StreamGroups::Partners StreamGroups::units_of(std::size_t group, std::span<const Partners> partners) const {
    const TiedUnits::Side& first = tied_.classes()[group].sides.front();
    const Partners& of_layer = partners[first.layer];
    std::vector<std::uint32_t> unit_at(of_layer.size(), 0);
    for (std::uint32_t u = 0; u < first.units.size(); ++u) unit_at[first.units[u]] = u;
    Partners units;
    for (const std::uint32_t output : first.units) units.push_back(unit_at[of_layer[output]]);
    return units;
}

void StreamGroups::give(const Part& part, std::span<const Partners> partners, Partners& partner) const {
    const Partners units = units_of(part.number, partners);
    for (std::size_t u = 0; u < units.size(); ++u) partner[part.units[u]] = part.units[units[u]];
}

StreamGroups::Partners StreamGroups::before(std::size_t layer, std::span<const Partners> partners) const {
    if (read_[layer].empty()) return {};
    Partners before(width_before_[layer]);
    std::iota(before.begin(), before.end(), 0U);
    for (const Read& read : read_[layer]) {
        const Partners units = units_of(read.group, partners);
        for (std::size_t u = 0; u < units.size(); ++u) before[read.units[u]] = read.units[units[u]];
    }
    return before;
}

}  // namespace espalier::topology
