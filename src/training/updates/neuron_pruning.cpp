#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/saliency/channel_graph.hpp>
#include <espalier/training/updates/neuron_pruning.hpp>

namespace espalier::training {

namespace {

constexpr std::size_t none = ~std::size_t{0};

using sparsity::ChannelGraph;
using sparsity::ChannelNode;

/// Adds the layers that take the units of a node one by one; false where something else takes them.
bool add_readers(const ChannelGraph& graph, std::size_t at, std::vector<std::size_t>& layers) {
    const ChannelNode& node = graph.nodes[at];
    if (node.readers.empty()) return false;  // the network's output
    for (const std::size_t k : node.readers) {
        const ChannelNode& reader = graph.nodes[k];
        if (reader.kind == ChannelNode::Kind::weight) {
            if (reader.groups > 1) return false;
            layers.push_back(reader.layer);
        } else if (reader.kind == ChannelNode::Kind::sum || reader.kind == ChannelNode::Kind::shift ||
                   !add_readers(graph, k, layers)) {
            return false;
        }
    }
    return true;
}

bool has_any(const std::vector<std::uint8_t>& marks) {
    return std::ranges::find(marks, 1) != marks.end();
}

}  // namespace

NeuronPruning::NeuronPruning(const sparsity::ImportancePlan& plan, const std::vector<sparsity::LayerAllotment>& layers,
                             const nn::NetworkSpec& spec)
    : plan_(plan) {
    for (const sparsity::LayerAllotment& layer : layers) {
        forced_dense_.push_back(layer.forced_dense);
        columns_.push_back(sparsity::positions(layer.shape) / layer.shape.front());
        dead_.emplace_back(layer.shape.front());
        dead_inputs_.emplace_back(columns_.back());
    }
    living_.resize(layers.size());
    chosen_ = dead_;
    find_readers(spec);
    if (std::ranges::find(has_neurons_, true) == has_neurons_.end()) {
        throw ConfigError(
            "sparsity.importance_every prunes neurons that only layers with weights take, and this model "
            "has none: choose another");
    }
    for (std::size_t number = 0; number < layers.size(); ++number) {
        const bool loses_inputs = plan.hard && feeders_[number] != none && !forced_dense_[feeders_[number]];
        if (layers[number].forced_dense && loses_inputs) {
            throw ConfigError("sparsity.importance_hard = true would take weights from layer " + layers[number].name +
                              ", which sparsity.dense_layers keeps dense: leave it out there, or set importance_hard "
                              "to false");
        }
    }
}

void NeuronPruning::find_readers(const nn::NetworkSpec& spec) {
    const ChannelGraph graph(spec);
    has_neurons_.assign(forced_dense_.size(), false);
    feeders_.assign(forced_dense_.size(), none);
    for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
        const ChannelNode& node = graph.nodes[k];
        std::vector<std::size_t> readers;
        if (node.kind != ChannelNode::Kind::weight || !add_readers(graph, k, readers)) continue;
        has_neurons_[node.layer] = true;
        for (const std::size_t reader : readers) feeders_[reader] = node.layer;
    }
}

void NeuronPruning::choose(const std::vector<const nn::MaskedWeight<float>*>& weights) {
    for (std::size_t number = 0; number < dead_.size(); ++number) {
        if (forced_dense_[number] || !has_neurons_[number]) continue;
        const nn::MaskedWeight<float>& weight = *weights[number];
        chosen_[number] = sparsity::unimportant(weight.pattern(), weight.parameter().values, plan_.percentile);
        if (!plan_.hard) continue;
        for (std::size_t k = 0; k < dead_[number].size(); ++k) dead_[number][k] |= chosen_[number][k];
    }
    find_living();
}

PatternUpdate NeuronPruning::cut(std::size_t number, const Pattern& pattern) const {
    return PatternUpdate::between(pattern, sparsity::without_neurons(pattern, chosen_[number], dead_inputs_[number]));
}

const sparsity::LivingNeurons* NeuronPruning::living(std::size_t number) const {
    return living_[number] ? &*living_[number] : nullptr;
}

void NeuronPruning::save(CheckpointWriter& checkpoint) const {
    for (std::size_t n = 0; n + 1 < dead_.size(); ++n) checkpoint.put("dead" + std::to_string(n), dead_[n]);
}

void NeuronPruning::load(const CheckpointReader& checkpoint) {
    for (std::size_t n = 0; n + 1 < dead_.size(); ++n) {
        checkpoint.get_into("dead" + std::to_string(n), std::span<std::uint8_t>(dead_[n]));
    }
    find_living();
}

void NeuronPruning::find_living() {
    for (std::size_t number = 0; number < living_.size(); ++number) {
        Marks& inputs = dead_inputs_[number];
        if (feeders_[number] != none) {
            // A channel is the places of its kernel, or its pixels, side by side.
            const Marks& before = dead_[feeders_[number]];
            const std::size_t places = columns_[number] / before.size();
            for (std::size_t c = 0; c < inputs.size(); ++c) inputs[c] = before[c / places];
        }
        living_[number].reset();
        if (has_any(dead_[number]) || has_any(inputs)) living_[number].emplace(dead_[number], inputs);
    }
}

}  // namespace espalier::training
