#include <string>

#include <espalier/base/error.hpp>
#include <espalier/topology/graph/chain.hpp>

namespace espalier::topology {
namespace {

bool is_convolution(const Layer& layer) {
    return layer.shape.size() == 4;
}

/// [out, in] also where other dimensions of a linear layer are not known.
std::vector<std::size_t> sides(const Layer& layer) {
    return is_convolution(layer) ? layer.shape : std::vector<std::size_t>{layer.pattern.rows(), layer.pattern.cols()};
}

[[noreturn]] void refuse(const Topology& topology, const Layer& before, const Layer& layer) {
    const std::string inputs = is_convolution(layer) ? std::to_string(layer.shape[1]) + " input channels"
                                                     : std::to_string(layer.pattern.cols()) + " inputs";
    throw FormatError(topology.label + ": layers do not chain: '" + before.name + "' has " +
                      std::to_string(before.pattern.rows()) + " outputs, '" + layer.name + "' after it " + inputs +
                      (is_convolution(layer) ? "" : ", no whole multiple") +
                      "; choose layers and their order with --layers");
}

}  // namespace

std::size_t block_after(std::size_t outputs, const std::vector<std::size_t>& shape) {
    if (shape.size() == 4) return shape[1] == outputs ? shape[2] * shape[3] : 0;
    const std::size_t inputs = shape[1];
    if (outputs == 0) return inputs == 0 ? 1 : 0;
    return inputs % outputs == 0 ? inputs / outputs : 0;
}

std::vector<std::size_t> require_chain(const Topology& topology) {
    std::vector<std::size_t> blocks;
    for (std::size_t k = 0; k < topology.layers.size(); ++k) {
        const Layer& layer = topology.layers[k];
        if (k == 0) {
            blocks.push_back(is_convolution(layer) ? layer.shape[2] * layer.shape[3] : 1);
            continue;
        }
        const Layer& before = topology.layers[k - 1];
        blocks.push_back(block_after(before.pattern.rows(), sides(layer)));
        if (blocks.back() == 0) refuse(topology, before, layer);
    }
    return blocks;
}

}  // namespace espalier::topology
