#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/structure/strength.hpp>
#include <espalier/topology/structure/strongest_inputs.hpp>

namespace espalier::topology {

std::vector<RankedInput> strongest_inputs(const Layer& layer, std::size_t count) {
    if (layer.values.empty() || layer.values.size() != layer.pattern.edges()) {
        throw ConfigError("layer " + layer.name +
                          " has no weights to rank its inputs by: a snapshot taken with snapshots.weights = true does");
    }
    const std::vector<double> strengths = input_strengths(layer);
    if (count == 0 || count > strengths.size()) {
        throw ConfigError(std::to_string(count) + " inputs of layer " + layer.name + " were asked for, which has " +
                          std::to_string(strengths.size()) + ": 1 to " + std::to_string(strengths.size()) +
                          " are possible");
    }
    std::vector<RankedInput> ranked;
    for (std::size_t i = 0; i < strengths.size(); ++i) ranked.push_back({static_cast<std::uint32_t>(i), strengths[i]});
    std::ranges::stable_sort(ranked, std::greater<>{}, &RankedInput::strength);
    ranked.resize(count);
    return ranked;
}

}  // namespace espalier::topology
