#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/near_names.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/conv_mapping.hpp>
#include <espalier/topology/files/edge_list.hpp>
#include <espalier/topology/graph/block_diagonal.hpp>

namespace espalier::topology {
namespace {

/// Edges of a row ascend in (in, kh, kw), so those of one kernel lie side by side.
MappedLayer by_channel(const Layer& layer) {
    const std::size_t block = window_places(layer.shape);
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> channels;
    std::vector<double> norms;  // of thousands of weights in single precision the last bits would go
    MappedLayer mapped;
    for (std::size_t row = 0; row < layer.pattern.rows(); ++row) {
        std::size_t at = layer.pattern.row_begin(row);
        for (const std::uint32_t col : layer.pattern.row(row)) {
            const auto channel = static_cast<std::uint32_t>(col / block);
            if (channels.size() == offsets.back() || channels.back() != channel) {
                channels.push_back(channel);
                norms.push_back(0);
                mapped.multiplicity.push_back(0);
            }
            ++mapped.multiplicity.back();
            if (!layer.values.empty()) norms.back() += std::fabs(static_cast<double>(layer.values[at]));
            ++at;
        }
        offsets.push_back(channels.size());
    }
    mapped.layer.name = layer.name;
    mapped.layer.shape = {layer.shape[0], layer.shape[1]};
    const bool is_full = !channels.empty() && channels.size() == layer.shape[0] * layer.shape[1];
    mapped.layer.pattern = is_full ? Pattern::full(layer.shape[0], layer.shape[1])
                                   : Pattern(layer.shape[0], layer.shape[1], std::move(offsets), std::move(channels));
    if (!layer.values.empty()) mapped.layer.values.assign(norms.begin(), norms.end());
    return mapped;
}

Layer by_places_of_outputs(const Layer& layer) {
    const std::size_t block = window_places(layer.shape);
    EdgeList edges{layer.name, layer.shape[0] * block, layer.shape[1], {}, {}, layer.values};
    for (std::size_t row = 0; row < layer.pattern.rows(); ++row) {
        for (const std::uint32_t col : layer.pattern.row(row)) {
            edges.output.push_back(static_cast<std::uint32_t>(row * block + col % block));
            edges.input.push_back(static_cast<std::uint32_t>(col / block));
        }
    }
    return layer_from_edges(std::move(edges), layer.name, false);
}

}  // namespace

ConvMapping parse_conv_mapping(const std::string& text) {
    const auto found = std::ranges::find(conv_mapping_names, text);
    if (found != conv_mapping_names.end()) return static_cast<ConvMapping>(found - conv_mapping_names.begin());
    throw ConfigError("--conv '" + text + "'" + not_known(text, conv_mapping_names));
}

MappedLayer map_convolution(const Layer& layer, ConvMapping mapping) {
    if (layer.groups > 1) return map_convolution(block_diagonal(layer), mapping);
    if (!is_convolution(layer.shape) || mapping == ConvMapping::unrolled) return {layer, {}};
    MappedLayer mapped =
        mapping == ConvMapping::channel ? by_channel(layer) : MappedLayer{by_places_of_outputs(layer), {}};
    mapped.layer.fed_by = layer.fed_by;
    mapped.layer.blocks = layer.blocks;
    return mapped;
}

Topology map_convolutions(Topology topology, ConvMapping mapping) {
    for (Layer& layer : topology.layers) {
        const bool changes = mapping != ConvMapping::unrolled || layer.groups > 1;
        if (is_convolution(layer.shape) && changes) layer = map_convolution(layer, mapping).layer;
    }
    return topology;
}

}  // namespace espalier::topology
