#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/finite_weights.hpp>

namespace espalier::topology {

std::optional<std::string> weight_not_finite(const Layer& layer) {
    const auto is_finite = [](float value) { return std::isfinite(value); };
    const auto bad = std::ranges::find_if_not(layer.values, is_finite);
    if (bad == layer.values.end()) return std::nullopt;
    const std::string kind = std::isnan(*bad) ? "NaN" : "infinite";
    const auto edge = static_cast<std::size_t>(bad - layer.values.begin());
    for (std::size_t row = 0; row < layer.pattern.rows(); ++row) {
        const auto inputs = layer.pattern.row(row);
        if (edge >= layer.pattern.row_begin(row) + inputs.size()) continue;
        return "the weight of output " + std::to_string(row) + " from input " +
               std::to_string(inputs[edge - layer.pattern.row_begin(row)]) + " is " + kind;
    }
    return "weight " + std::to_string(edge) + " is " + kind;  // more weights than edges
}

std::optional<std::string> weight_not_finite(const Topology& topology) {
    for (const Layer& layer : topology.layers) {
        if (const auto what = weight_not_finite(layer)) return "layer '" + layer.name + "': " + *what;
    }
    return std::nullopt;
}

void require_finite_weights(const Topology& topology) {
    if (const auto what = weight_not_finite(topology)) {
        throw FormatError(topology.label + ": " + *what + ", not a finite number");
    }
}

}  // namespace espalier::topology
