#include <string>

#include <espalier/base/error.hpp>
#include <espalier/topology/graph/chain.hpp>

namespace espalier::topology {
namespace {

bool is_convolution(const Layer& layer) {
    return layer.shape.size() == 4;
}

/// Inputs that one channel has in the kernels of a layer.
std::size_t kernel_places(const Layer& layer) {
    return is_convolution(layer) ? layer.shape[2] * layer.shape[3] : 1;
}

/// Inputs of `layer` that each of the `outputs` before it is; 0 where that is no whole number.
std::size_t block_after(std::size_t outputs, const Layer& layer) {
    const std::size_t inputs = layer.pattern.cols();
    if (is_convolution(layer)) return layer.shape[1] == outputs ? kernel_places(layer) : 0;
    if (outputs == 0) return inputs == 0 ? 1 : 0;
    return inputs % outputs == 0 ? inputs / outputs : 0;
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

std::vector<std::size_t> require_chain(const Topology& topology) {
    std::vector<std::size_t> blocks;
    for (std::size_t k = 0; k < topology.layers.size(); ++k) {
        const Layer& layer = topology.layers[k];
        if (k == 0) {
            blocks.push_back(kernel_places(layer));
            continue;
        }
        const Layer& before = topology.layers[k - 1];
        blocks.push_back(block_after(before.pattern.rows(), layer));
        if (blocks.back() == 0) refuse(topology, before, layer);
    }
    return blocks;
}

}  // namespace espalier::topology
