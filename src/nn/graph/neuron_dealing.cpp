#include <algorithm>
#include <array>
#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/graph/neuron_dealing.hpp>

namespace espalier::nn {
namespace {

constexpr const char* option = "--split-neurons: ";

/// Nodes whose neurons have nothing to do with each other.
bool is_by_neuron(const NodeSpec& node) {
    static constexpr std::array kinds = {"relu", "leaky_relu", "all_relu", "sigmoid", "batch_norm"};
    return node.image.channels == 0 && std::ranges::find(kinds, node.kind) != kinds.end();
}

void require_dealable(const NetworkSpec& spec) {
    if (!spec.is_chain()) throw ConfigError(std::string(option) + "the model's layers are not one behind the other");
    for (const NodeSpec& node : spec.nodes) {
        if (node.kind == "linear" || is_by_neuron(node)) continue;
        throw ConfigError(
            option + ("layer " + node.name) + " (" + node.kind +
            ") cannot be dealt to ranks by its neurons: linear layers, ReLUs, sigmoid and batch_norm can");
    }
}

}  // namespace

NeuronDealing::NeuronDealing(Communicator& ranks, const NetworkSpec& spec, std::span<const Pattern> masks)
    : DealtNeurons(ranks), nodes_(spec.nodes.size()) {
    const auto count = static_cast<std::size_t>(ranks.size());
    require_dealable(spec);
    bool is_whole = true;  // what the node before gives
    DealtNode* giver = nullptr;
    auto mask = masks.begin();
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
        DealtNode& node = nodes_[k];
        if (!spec.nodes[k].weight) {
            node.is_dealt = !is_whole;
            node.gives_whole = is_whole;
            continue;
        }
        const Pattern& pattern = *mask++;
        node.is_dealt = !pattern.is_full() && pattern.rows() >= count;
        node.takes_whole = is_whole;
        node.gives_whole = !node.is_dealt;
        is_whole = node.gives_whole;
        if (node.is_dealt) giver = &node;
    }
    if (giver == nullptr) {
        throw ConfigError(std::string(option) + "no layer stores a mask and has " + std::to_string(count) +
                          " neurons or more; leave the option out");
    }
    // What a weight that is on all ranks takes, and what the network gives, must be there whole.
    bool is_wanted_whole = true;
    for (std::size_t k = nodes_.size(); k-- > 0;) {
        DealtNode& node = nodes_[k];
        if (!spec.nodes[k].weight) {
            node.is_dealt = node.is_dealt && !is_wanted_whole;
            node.gives_whole = node.gives_whole || is_wanted_whole;
            continue;
        }
        node.gives_whole = node.gives_whole || is_wanted_whole;
        is_wanted_whole = !node.is_dealt;
    }
    for (std::size_t k = 1; k < nodes_.size(); ++k) {
        if (spec.nodes[k].weight) nodes_[k].takes_whole = nodes_[k - 1].gives_whole;
    }
}

}  // namespace espalier::nn
