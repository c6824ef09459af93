#include <algorithm>

#include <espalier/base/random/random.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/masks/random_mask.hpp>
#include <espalier/tickets/rewinding.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/training/plan/initial_network.hpp>

namespace espalier::tickets {
namespace {

using topology::Layer;
using topology::StoredNetwork;

/// The layer's values at the positions of a mask, in the mask's order.
std::vector<float> values_under(const Layer& layer, const Pattern& mask) {
    require_equal_shape(layer.pattern, mask, "layer " + layer.name);
    if (layer.values.size() != layer.pattern.edges()) {
        throw FormatError("layer " + layer.name + " has a mask but no weights");
    }
    std::vector<float> values;
    values.reserve(mask.edges());
    for (std::size_t row = 0; row < mask.rows(); ++row) {
        const auto there = layer.pattern.row(row);
        const float* first = layer.values.data() + layer.pattern.row_begin(row);
        std::size_t at = 0;
        for (const std::uint32_t col : mask.row(row)) {
            while (at < there.size() && there[at] < col) ++at;
            if (at == there.size() || there[at] != col) {
                throw FormatError("layer " + layer.name + " has no weight at (" + std::to_string(row) + ", " +
                                  std::to_string(col) + "), which the mask keeps");
            }
            values.push_back(first[at]);
        }
    }
    return values;
}

StoredNetwork stored(nn::Network<float>& network, const std::string& label) {
    StoredNetwork stored;
    stored.topology.label = label;
    for (const nn::ParameterEntry<float>& entry : network.table().entries()) {
        const std::string name = topology::numbered_name(entry.layer, entry.module);
        const std::vector<float> values(entry.parameter->values.begin(), entry.parameter->values.end());
        if (entry.weight != nullptr) {
            const Pattern& pattern = entry.weight->pattern();
            stored.topology.layers.push_back(
                {.name = name, .shape = entry.weight->shape(), .pattern = pattern, .values = values});
        } else {
            stored.parameters.push_back({name, entry.parameter->name, values});
        }
    }
    return stored;
}

}  // namespace

StoredNetwork masked(const StoredNetwork& source, const std::vector<Pattern>& masks) {
    StoredNetwork network = source;
    for (std::size_t l = 0; l < masks.size(); ++l) {
        Layer& layer = network.topology.layers[l];
        layer.values = values_under(source.topology.layers[l], masks[l]);
        layer.pattern = masks[l];
    }
    return network;
}

std::vector<Pattern> shuffled(const std::vector<Pattern>& masks, std::uint64_t seed, std::uint64_t number) {
    std::vector<Pattern> moved;
    for (std::size_t l = 0; l < masks.size(); ++l) {
        const Stream stream(seed, Purpose::ticket_sampling, static_cast<std::uint32_t>(l), number);
        moved.push_back(sparsity::random_mask(masks[l].rows(), masks[l].cols(), masks[l].edges(), stream));
    }
    return moved;
}

StoredNetwork dense_draw(config::RunConfig config, const nn::Sample& inputs, std::size_t classes, std::int64_t seed) {
    config.seed = seed;
    config.sparsity = {};
    config.sparsity.method = "dense";
    config.sparsity.init = "dense";
    config.sparsity.density = 1.0;
    const training::NetworkPlan plan = training::plan_network(config, inputs, classes);
    nn::Network<float> network = training::make_network(config, plan);
    return stored(network, "dense");
}

}  // namespace espalier::tickets
