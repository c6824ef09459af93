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

LayerGraph::LayerGraph(const Topology& topology, std::vector<std::size_t> blocks)
    : topology_(topology), blocks_(std::move(blocks)) {
    for (std::size_t& block : blocks_) block = std::max<std::size_t>(block, 1);
    for (std::size_t k = 0; k < layers(); ++k) {
        feeders_.push_back(k == 0 ? std::vector<std::size_t>{} : std::vector<std::size_t>{k - 1});
        takes_input_.push_back(k == 0 ? 1 : 0);
        gives_output_.push_back(k + 1 == layers() ? 1 : 0);
    }
}

LayerGraph::LayerGraph(const Topology& topology)
    : LayerGraph(topology, is_unbranched(topology) ? require_chain(topology)
                                                   : std::vector<std::size_t>(topology.layers.size(), 1)) {
    if (is_unbranched(topology)) return;
    for (std::size_t k = 0; k < layers(); ++k) {
        const Layer& layer = topology.layers[k];
        if (!layer.fed_by) {
            if (k > 0) blocks_[k] = require_follows(topology, k - 1, k);
            continue;
        }
        feeders_[k].clear();
        takes_input_[k] = 0;
        for (const std::string& name : *layer.fed_by) {
            if (name.empty()) {
                takes_input_[k] = 1;
                continue;
            }
            const std::size_t feeder = feeder_number(topology, k, name);
            const std::size_t block = require_follows(topology, feeder, k);
            if (!feeders_[k].empty() && block != blocks_[k]) {
                throw FormatError(topology.label + ": layer '" + layer.name + "' is fed by layers of different widths");
            }
            blocks_[k] = block;
            feeders_[k].push_back(feeder);
        }
        std::ranges::sort(feeders_[k]);
        feeders_[k].erase(std::unique(feeders_[k].begin(), feeders_[k].end()), feeders_[k].end());
    }
    std::ranges::fill(gives_output_, 1);
    for (const std::vector<std::size_t>& taken : feeders_) {
        for (const std::size_t feeder : taken) gives_output_[feeder] = 0;
    }
}

}  // namespace espalier::topology
