#include <algorithm>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/chain.hpp>
#include <espalier/topology/graph/layer_graph.hpp>

namespace espalier::topology {
namespace {

/// The layer of this name before layer k.
std::size_t feeder_number(const Topology& topology, std::size_t k, const std::string& name) {
    const auto end = topology.layers.begin() + static_cast<std::ptrdiff_t>(k);
    const auto found =
        std::find_if(topology.layers.begin(), end, [&](const Layer& other) { return other.name == name; });
    if (found == end) {
        throw FormatError(
            topology.label + ": layer '" + topology.layers[k].name + "' is fed by '" + name +
            "', which is not among the layers before it; take them all, or a part that is a chain, with --layers");
    }
    return static_cast<std::size_t>(found - topology.layers.begin());
}

}  // namespace

LayerGraph::LayerGraph(const Topology& topology)
    : topology_(topology), feeders_(layers()), takes_input_(layers(), 0), is_output_(layers(), 1) {
    const bool is_chain = is_unbranched(topology);  // its first layer may say that it is fed by one left out
    for (std::size_t k = 0; k < layers(); ++k) {
        const Layer& layer = topology.layers[k];
        if (layer.groups > 1) {
            throw FormatError(topology.label + ": layer '" + layer.name +
                              "' is a grouped convolution as it is stored; a graph of neurons needs the block-diagonal "
                              "form that map_convolutions() gives");
        }
        blocks_.push_back(std::max<std::size_t>(window_places(layer.shape), 1));
        if (is_chain || !layer.fed_by) {
            takes_input_[k] = k == 0 ? 1 : 0;
            if (k > 0) feeders_[k] = {k - 1};
        } else {
            find_feeders(k);
        }
        if (!feeders_[k].empty()) {
            const auto outputs = [&](std::size_t l) { return pattern(l).rows(); };
            const std::size_t widest = *std::ranges::max_element(feeders_[k], {}, outputs);
            blocks_[k] = std::max<std::size_t>(require_follows(topology, widest, k), 1);
            for (const std::size_t feeder : feeders_[k]) is_output_[feeder] = 0;
        }
        if (takes_input(k) && neurons_before(k) != input_width()) {
            throw FormatError(topology.label + ": layer '" + layer.name + "' takes the network's input as " +
                              std::to_string(neurons_before(k)) + " neurons, a layer before it as " +
                              std::to_string(input_width()));
        }
    }
}

void LayerGraph::find_feeders(std::size_t k) {
    const Layer& layer = topology_.layers[k];
    for (const std::string& name : *layer.fed_by) {
        if (name.empty()) {
            takes_input_[k] = 1;
        } else {
            feeders_[k].push_back(feeder_number(topology_, k, name));
        }
    }
    std::ranges::sort(feeders_[k]);
    feeders_[k].erase(std::unique(feeders_[k].begin(), feeders_[k].end()), feeders_[k].end());
}

std::size_t LayerGraph::input_width() const {
    for (std::size_t k = 0; k < layers(); ++k) {
        if (takes_input(k)) return neurons_before(k);
    }
    return 0;
}

}  // namespace espalier::topology
