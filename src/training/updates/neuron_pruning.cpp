#include <algorithm>
#include <cmath>

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

NeuronPruning::NeuronPruning(const sparsity::UpdatePlan& plan, const std::vector<sparsity::LayerAllotment>& layers,
                             const nn::NetworkSpec& spec, std::uint64_t seed)
    : plan_(plan.importance), channels_(plan.channels), seed_(seed) {
    for (const sparsity::LayerAllotment& layer : layers) {
        forced_dense_.push_back(layer.forced_dense);
        columns_.push_back(sparsity::positions(layer.shape) / layer.shape.front());
        dead_.emplace_back(layer.shape.front());
        dead_inputs_.emplace_back(columns_.back());
    }
    living_.resize(layers.size());
    chosen_ = dead_;
    find_readers(spec);
    if (channels_.removes()) {
        keep_convolutions_apart(layers);
        require_channels();
    } else {
        require_neurons(layers);
    }
}

void NeuronPruning::require_neurons(const std::vector<sparsity::LayerAllotment>& layers) const {
    if (std::ranges::find(has_neurons_, true) == has_neurons_.end()) {
        throw ConfigError(
            "sparsity.importance_every prunes neurons that only layers with weights take, and this model "
            "has none: choose another");
    }
    for (std::size_t number = 0; number < layers.size(); ++number) {
        const bool loses_inputs = plan_.hard && feeders_[number] != none && !forced_dense_[feeders_[number]];
        if (layers[number].forced_dense && loses_inputs) {
            throw ConfigError("sparsity.importance_hard = true would take weights from layer " + layers[number].name +
                              ", which sparsity.dense_layers keeps dense: leave it out there, or set importance_hard "
                              "to false");
        }
    }
}

/// Of a network of images only channels go that convolutions give and convolutions take; of layers that keep every
/// weight neither what they give nor what they take.
void NeuronPruning::keep_convolutions_apart(const std::vector<sparsity::LayerAllotment>& layers) {
    const auto is_convolution = [&](std::size_t number) { return layers[number].shape.size() > 2; };
    bool has_convolutions = false;
    for (std::size_t number = 0; number < layers.size(); ++number) has_convolutions |= is_convolution(number);
    for (std::size_t number = 0; number < layers.size(); ++number) {
        const std::size_t feeder = feeders_[number];
        if (has_convolutions && !is_convolution(number) && feeder != none) has_neurons_[feeder] = false;
        if (has_convolutions && !is_convolution(number)) has_neurons_[number] = false;
        if (layers[number].forced_dense && feeder != none) has_neurons_[feeder] = false;
        if (layers[number].forced_dense) has_neurons_[number] = false;
    }
    for (std::size_t& feeder : feeders_) {
        if (feeder != none && !has_neurons_[feeder]) feeder = none;
    }
}

void NeuronPruning::require_channels() const {
    double all = 0.0;
    double most = 0.0;
    for (const sparsity::LayerChannels& layer : layer_channels()) {
        all += static_cast<double>(layer.gone.size());
        most += static_cast<double>(layer.gone.size() - std::min(layer.gone.size(), layer.least));
    }
    const std::string asked = "sparsity.channel_share = " + std::to_string(channels_.share);
    if (all == 0.0) {
        throw ConfigError(asked +
                          " removes channels that convolutions alone take one by one (of a model of features neurons "
                          "that linear layers take), and this model has none outside sparsity.dense_layers: choose "
                          "another, or set channel_share to 0");
    }
    if (most + 1e-9 >= std::ceil(channels_.share * all - 1e-9)) return;
    throw ConfigError(asked + " of " + std::to_string(static_cast<std::size_t>(all)) + " channels are more than the " +
                      std::to_string(static_cast<std::size_t>(most)) +
                      " that layers may lose, each keeping one at least: lower it");
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

/// Of the layers whose channels may go, in order, without scores.
std::vector<sparsity::LayerChannels> NeuronPruning::layer_channels() const {
    std::vector<sparsity::LayerChannels> found;
    for (std::size_t number = 0; number < dead_.size(); ++number) {
        if (has_neurons_[number])
            found.push_back({.scores = {}, .gone = dead_[number], .least = channels_.least(dead_[number].size())});
    }
    return found;
}

void NeuronPruning::choose_channels(std::int64_t step, const std::vector<const nn::MaskedWeight<float>*>& weights) {
    std::vector<sparsity::LayerChannels> found = layer_channels();
    std::vector<std::size_t> numbers;
    double all = 0.0;
    for (std::size_t number = 0; number < dead_.size(); ++number) {
        if (!has_neurons_[number]) continue;
        const nn::MaskedWeight<float>& weight = *weights[number];
        found[numbers.size()].scores =
            sparsity::channel_scores_of(weight.pattern(), weight.parameter().values, channels_.score);
        numbers.push_back(number);
        all += static_cast<double>(dead_[number].size());
    }
    std::optional<Stream> random;
    if (channels_.surplus == sparsity::ChannelSurplus::random)
        random.emplace(seed_, Purpose::growth, static_cast<std::uint32_t>(dead_.size()),
                       static_cast<std::uint64_t>(step));
    std::vector<Marks> removed = sparsity::removed_channels(found, channels_.gone(step) * all, random);
    for (std::size_t k = 0; k < numbers.size(); ++k) {
        chosen_[numbers[k]] = std::move(removed[k]);
        for (std::size_t c = 0; c < dead_[numbers[k]].size(); ++c) dead_[numbers[k]][c] |= chosen_[numbers[k]][c];
    }
    find_living();
}

void NeuronPruning::choose(std::int64_t step, const std::vector<const nn::MaskedWeight<float>*>& weights) {
    if (channels_.removes()) return choose_channels(step, weights);
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
