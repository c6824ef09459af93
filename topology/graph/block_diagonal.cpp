#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/block_diagonal.hpp>

namespace espalier::topology {

Layer block_diagonal(const Layer& layer) {
    if (layer.groups <= 1) return layer;
    const Pattern& stored = layer.pattern;
    if (layer.shape[0] % layer.groups != 0) {
        throw FormatError("layer '" + layer.name + "' has " + std::to_string(layer.shape[0]) +
                          " outputs, no multiple of " + std::to_string(layer.groups) + " groups");
    }
    Layer whole{layer.name, layer.shape, {}, layer.values, layer.fed_by};
    whole.shape[1] *= layer.groups;
    whole.blocks = layer.groups;
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> cols;
    cols.reserve(stored.edges());
    for (std::size_t row = 0; row < stored.rows(); ++row) {
        const std::size_t group = row * layer.groups / stored.rows();
        for (const std::uint32_t col : stored.row(row))
            cols.push_back(static_cast<std::uint32_t>(group * stored.cols() + col));
        offsets.push_back(cols.size());
    }
    whole.pattern = Pattern(stored.rows(), stored.cols() * layer.groups, std::move(offsets), std::move(cols));
    return whole;
}

Topology block_diagonal(Topology topology) {
    for (Layer& layer : topology.layers) {
        if (layer.groups > 1) layer = block_diagonal(layer);
    }
    return topology;
}

}  // namespace espalier::topology
