#include <algorithm>

#include <espalier/training/plan/channel_cost.hpp>

namespace espalier::training {
namespace {

using Flags = std::vector<char>;

/// How what a node gives, as channels, comes from what it takes.
class ChannelGraph {
  public:
    ChannelGraph(const nn::NetworkSpec& spec, const std::vector<Pattern>& masks) : spec_(spec) {
        std::size_t number = 0;
        for (const nn::NodeSpec& node : spec.nodes) masks_.push_back(node.weight ? &masks[number++] : nullptr);
        for (std::size_t k = 0; k < spec.nodes.size(); ++k) alive_.push_back(reached(k));
        needed_.resize(spec.nodes.size());
        for (std::size_t k = 0; k < spec.nodes.size(); ++k) needed_[k].assign(channels(k), 0);
        std::ranges::fill(needed_.back(), 1);
        do {
            for (std::size_t k = spec.nodes.size(); k-- > 0;) ask_inputs(k);
        } while (tie_sums());
    }

    /// Multiply-adds of the node in the rebuilt network.
    std::size_t cost(std::size_t k) const {
        const nn::NodeSpec& node = spec_.nodes[k];
        if (!node.weight) return 0;
        const Flags in = needed(node.inputs[0]);
        const Flags& out = needed_[k];
        const std::size_t groups = groups_of(node);
        const std::size_t places = node.weight->cols() / (in.size() / groups);
        std::size_t pairs = 0;
        for (std::size_t g = 0; g < groups; ++g) {
            const auto part = [&](const Flags& flags) {
                const auto begin = flags.begin() + static_cast<std::ptrdiff_t>(g * flags.size() / groups);
                const auto end = flags.begin() + static_cast<std::ptrdiff_t>((g + 1) * flags.size() / groups);
                return static_cast<std::size_t>(std::count(begin, end, 1));
            };
            pairs += part(in) * part(out);
        }
        return pairs * places * node.weight->uses;
    }

  private:
    kernels::Image image_of(std::size_t node) const {
        if (node != nn::network_input) return spec_.nodes[node].output();
        return spec_.image.channels == 0 ? kernels::Image{spec_.inputs, 1, 1} : spec_.image;
    }
    std::size_t channels(std::size_t node) const { return image_of(node).channels; }
    static std::size_t groups_of(const nn::NodeSpec& node) { return node.window ? node.window->groups : 1; }
    /// Of what the node gives; of a flattened image all pixels of a channel that stays.
    Flags needed(std::size_t node) const {
        if (node == nn::network_input) return Flags(channels(node), 1);
        if (spec_.nodes[node].kind != "flatten") return needed_[node];
        const std::size_t image = spec_.nodes[node].inputs[0];
        const Flags of_channels = needed(image);
        Flags flags(channels(node), 0);
        for (std::size_t f = 0; f < flags.size(); ++f) flags[f] = of_channels[f / image_of(image).pixels()];
        return flags;
    }

    /// Channels that only together have a mean.
    static bool mixes(const nn::NodeSpec& node) { return node.kind == "layer_norm" || node.kind == "group_norm"; }

    /// body(output channel, input channel) of all pairs that anything leads over.
    template <class Body>
    void for_pairs(std::size_t k, const Body& body) const {
        const nn::NodeSpec& node = spec_.nodes[k];
        const kernels::Image in = image_of(node.inputs[0]);
        const std::size_t out = channels(k);
        if (node.weight) {
            const std::size_t groups = groups_of(node);
            const std::size_t of_group = in.channels / groups;
            const std::size_t places = node.weight->cols() / of_group;
            for (std::size_t o = 0; o < out; ++o) {
                const std::size_t first = o * groups / out * of_group;
                if (masks_[k]->is_full()) {
                    for (std::size_t c = 0; c < of_group; ++c) body(o, first + c);
                    continue;
                }
                for (const std::uint32_t column : masks_[k]->row(o)) body(o, first + column / places);
            }
        } else if (node.kind == "flatten") {
            for (std::size_t f = 0; f < out; ++f) body(f, f / in.pixels());
        } else if (node.kind == "subsample") {
            for (std::size_t c = 0; c < in.channels; ++c) body(c + (out - in.channels) / 2, c);
        } else {
            for (std::size_t c = 0; c < out; ++c) body(c, c);
        }
    }

    /// Channels of the node's output that a path leads to.
    Flags reached(std::size_t k) const {
        const nn::NodeSpec& node = spec_.nodes[k];
        if (mixes(node)) return Flags(channels(k), 1);
        Flags flags(channels(k), 0);
        for (const std::size_t input : node.inputs) {
            for_pairs(k, [&](std::size_t o, std::size_t c) {
                if (input == nn::network_input || alive_[input][c] != 0) flags[o] = 1;
            });
        }
        return flags;
    }

    /// Marks the channels that the node needs of those before it.
    void ask_inputs(std::size_t k) {
        const nn::NodeSpec& node = spec_.nodes[k];
        for (const std::size_t input : node.inputs) {
            if (input == nn::network_input) continue;
            if (mixes(node)) {
                std::ranges::fill(needed_[input], 1);
                continue;
            }
            for_pairs(k, [&](std::size_t o, std::size_t c) {
                // What is tied to a channel that stays, stays; what a weight would take of a dead one is no reason.
                if (needed_[k][o] != 0 && (!node.weight || alive_[input][c] != 0)) needed_[input][c] = 1;
            });
        }
    }

    /// A channel that one term of a sum has, all have. @return whether that was news
    bool tie_sums() {
        bool changed = false;
        for (std::size_t k = 0; k < spec_.nodes.size(); ++k) {
            if (spec_.nodes[k].inputs.size() < 2) continue;
            for (const std::size_t input : spec_.nodes[k].inputs) {
                const Flags of_term = needed(input);
                for (std::size_t c = 0; c < of_term.size(); ++c) {
                    changed |= of_term[c] != 0 && needed_[k][c] == 0;
                    if (of_term[c] != 0) needed_[k][c] = 1;
                }
            }
        }
        return changed;
    }

    const nn::NetworkSpec& spec_;
    std::vector<const Pattern*> masks_;  // of each node, where it has weights
    std::vector<Flags> alive_;           // of each node
    std::vector<Flags> needed_;
};

}  // namespace

std::size_t rebuilt_multiply_adds(const nn::NetworkSpec& spec, const std::vector<Pattern>& masks) {
    const ChannelGraph graph(spec, masks);
    std::size_t sum = 0;
    for (std::size_t k = 0; k < spec.nodes.size(); ++k) sum += graph.cost(k);
    return sum;
}

}  // namespace espalier::training
