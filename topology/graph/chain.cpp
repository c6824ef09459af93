#include <algorithm>
#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/graph/chain.hpp>

namespace espalier::topology {
namespace {

/// [out, in] also where other dimensions of a linear layer are not known.
std::vector<std::size_t> sides(const Layer& layer) {
    return is_convolution(layer.shape) ? layer.shape
                                       : std::vector<std::size_t>{layer.pattern.rows(), layer.pattern.cols()};
}

[[noreturn]] void refuse(const Topology& topology, const Layer& before, const Layer& layer) {
    const std::string inputs = is_convolution(layer.shape) ? std::to_string(layer.shape[1]) + " input channels"
                                                           : std::to_string(layer.pattern.cols()) + " inputs";
    throw FormatError(topology.label + ": layers do not chain: '" + before.name + "' has " +
                      std::to_string(before.pattern.rows()) + " outputs, '" + layer.name + "' after it " + inputs +
                      (is_convolution(layer.shape) ? "" : ", no whole multiple") +
                      "; choose layers and their order with --layers");
}

/// True where all that feeds the layer is the one before it in the list; of the first, nothing in the list.
bool follows(const std::vector<Layer>& layers, std::size_t k) {
    const std::vector<std::string>& fed_by = *layers[k].fed_by;
    if (k > 0) return fed_by == std::vector<std::string>{layers[k - 1].name};
    return std::ranges::none_of(
        fed_by, [&](const std::string& name) { return std::ranges::find(layers, name, &Layer::name) != layers.end(); });
}

}  // namespace

bool is_unbranched(const Topology& topology) {
    for (std::size_t k = 0; k < topology.layers.size(); ++k) {
        if (topology.layers[k].fed_by && !follows(topology.layers, k)) return false;
    }
    return true;
}

void require_unbranched(const Topology& topology) {
    for (std::size_t k = 0; k < topology.layers.size(); ++k) {
        const Layer& layer = topology.layers[k];
        if (!layer.fed_by || follows(topology.layers, k)) continue;
        std::vector<std::string> names = *layer.fed_by;
        std::ranges::replace(names, std::string(), std::string("the network's input"));
        throw FormatError(topology.label + ": layers are no chain: '" + layer.name + "' takes the sum of what " +
                          join_some(names, 8) +
                          " give; what follows neurons or paths from layer to layer is for chains");
    }
}

std::size_t block_after(std::size_t outputs, const std::vector<std::size_t>& shape) {
    if (is_convolution(shape)) return shape[1] == outputs ? window_places(shape) : 0;
    const std::size_t inputs = shape[1];
    if (outputs == 0) return inputs == 0 ? 1 : 0;
    return inputs % outputs == 0 ? inputs / outputs : 0;
}

std::size_t require_follows(const Topology& topology, std::size_t before, std::size_t k) {
    const Layer& layer = topology.layers[k];
    const std::size_t block = block_after(topology.layers[before].pattern.rows(), sides(layer));
    if (block == 0) refuse(topology, topology.layers[before], layer);
    return block;
}

std::vector<std::size_t> require_chain(const Topology& topology) {
    require_unbranched(topology);
    std::vector<std::size_t> blocks;
    for (std::size_t k = 0; k < topology.layers.size(); ++k) {
        const Layer& layer = topology.layers[k];
        if (k == 0) {
            blocks.push_back(window_places(layer.shape));
            continue;
        }
        blocks.push_back(require_follows(topology, k - 1, k));
    }
    return blocks;
}

}  // namespace espalier::topology
