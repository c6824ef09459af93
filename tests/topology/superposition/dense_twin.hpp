#pragma once

#include <optional>
#include <string>
#include <vector>

#include <espalier/topology/superposition/members.hpp>

#include "support.hpp"

/// The slow twin of superposition: every position of every layer written out.
namespace espalier::testing {

/// A layer's positions in flat order; nothing where no weight is kept.
using DenseLayer = std::vector<std::optional<float>>;

inline DenseLayer written_out(const topology::Layer& layer) {
    DenseLayer all(layer.pattern.positions());
    const std::vector<std::uint64_t> flat = layer.pattern.flat();
    for (std::size_t k = 0; k < flat.size(); ++k) all[flat[k]] = layer.values[k];
    return all;
}

inline std::vector<DenseLayer> written_out(const topology::StoredNetwork& network) {
    std::vector<DenseLayer> layers;
    for (const topology::Layer& layer : network.topology.layers) layers.push_back(written_out(layer));
    return layers;
}

inline topology::Layer random_layer(const std::string& name, const std::vector<std::size_t>& shape, double density,
                                    Stream& stream) {
    std::size_t inputs = 1;
    for (std::size_t k = 1; k < shape.size(); ++k) inputs *= shape[k];
    topology::Layer layer{name, shape, random_pattern(shape[0], inputs, density, stream), {}};
    if (density >= 1) layer.pattern = Pattern::full(shape[0], inputs);
    // Few different values: ties are where an order shows.
    for (std::size_t k = 0; k < layer.pattern.edges(); ++k) {
        layer.values.push_back(static_cast<float>(static_cast<int>(stream.below(19)) - 9) / 7.0F);
    }
    return layer;
}

/// A linear layer, a convolution and, where the last density is 1, a full layer; biases and slopes beside them.
inline topology::StoredNetwork random_network(const std::string& label, double density, Stream& stream,
                                              double last = -1) {
    topology::StoredNetwork network{{.label = label, .layers = {}}, {}};
    network.topology.layers.push_back(random_layer("000_conv", {6, 2, 3, 3}, density, stream));
    network.topology.layers.push_back(random_layer("002_fc1", {9, 11}, density, stream));
    network.topology.layers.push_back(random_layer("003_fc2", {4, 9}, last < 0 ? density : last, stream));
    const auto numbers = [&](std::size_t count) {
        std::vector<float> values;
        for (const double value : random_values(count, stream)) values.push_back(static_cast<float>(value));
        return values;
    };
    network.parameters = {{"000_conv", "bias", numbers(6)},
                          {"001_srelu", "left_slope", numbers(6)},
                          {"002_fc1", "bias", numbers(9)},
                          {"003_fc2", "bias", numbers(4)}};
    return network;
}

inline std::vector<topology::StoredNetwork> random_networks(std::size_t count, double density, Stream& stream,
                                                            double last = -1) {
    std::vector<topology::StoredNetwork> networks;
    for (std::size_t k = 0; k < count; ++k) {
        networks.push_back(random_network("ticket" + std::to_string(k), density, stream, last));
    }
    return networks;
}

inline std::vector<const topology::StoredNetwork*> pointers(const std::vector<topology::StoredNetwork>& networks) {
    std::vector<const topology::StoredNetwork*> all;
    for (const topology::StoredNetwork& network : networks) all.push_back(&network);
    return all;
}

/// Masks, weights and all else, to the bit; names and labels do not matter.
inline bool same_bits(const topology::StoredNetwork& a, const topology::StoredNetwork& b) {
    bool same = written_out(a) == written_out(b) && a.parameters.size() == b.parameters.size();
    for (std::size_t p = 0; same && p < a.parameters.size(); ++p) {
        same = a.parameters[p].values == b.parameters[p].values;
    }
    return same;
}

/// Hidden unit u of layer 1 becomes unit order[u]: its row there, its column in layer 2, its bias.
inline topology::StoredNetwork renumbered(const topology::StoredNetwork& network,
                                          const std::vector<std::size_t>& order) {
    topology::StoredNetwork moved = network;
    const auto rebuild = [](topology::Layer& layer, const DenseLayer& values) {
        std::vector<std::uint64_t> flat;
        layer.values.clear();
        for (std::size_t k = 0; k < values.size(); ++k) {
            if (!values[k]) continue;
            flat.push_back(k);
            layer.values.push_back(*values[k]);
        }
        layer.pattern = Pattern::from_flat(layer.pattern.rows(), layer.pattern.cols(), flat);
    };
    const std::vector<DenseLayer> from = written_out(network);
    std::vector<DenseLayer> to = from;
    for (std::size_t u = 0; u < order.size(); ++u) {
        for (std::size_t in = 0; in < 11; ++in) to[1][order[u] * 11 + in] = from[1][u * 11 + in];
        for (std::size_t out = 0; out < 4; ++out) to[2][out * 9 + order[u]] = from[2][out * 9 + u];
        moved.parameters[2].values[order[u]] = network.parameters[2].values[u];
    }
    rebuild(moved.topology.layers[1], to[1]);
    rebuild(moved.topology.layers[2], to[2]);
    return moved;
}

}  // namespace espalier::testing
