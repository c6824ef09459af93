#include <algorithm>
#include <cmath>
#include <limits>

#include <espalier/kernels/normalise.hpp>
#include <espalier/nn/graph/channels_left.hpp>

namespace espalier::nn {
namespace {

constexpr double varies = std::numeric_limits<double>::quiet_NaN();

bool is_constant(double value) {
    return !std::isnan(value);
}

bool pads(const NodeSpec& node) {
    if (!node.window) return false;
    const kernels::Window& window = node.window->window;
    return window.rows.before + window.rows.after + window.cols.before + window.cols.after > 0;
}

const Parameter<float>* array_named(const Network<float>& network, std::size_t node, const char* name) {
    for (const ParameterEntry<float>& entry : network.table().of(node)) {
        if (entry.weight == nullptr && entry.parameter->name == name) return entry.parameter;
    }
    return nullptr;
}

/// Follows constants forward, then needs backward until nothing changes.
class ChannelSearch {
  public:
    ChannelSearch(const NetworkSpec& spec, const Network<float>& network) : spec_(spec), network_(network) {
        for (std::size_t k = 0; k < spec.nodes.size(); ++k) found_.constants.push_back(constants_of(k));
        for (std::size_t k = 0; k < spec.nodes.size(); ++k) {
            found_.stays.emplace_back(channels(k), std::uint8_t{0});
            border_.emplace_back(channels(k), std::uint8_t{0});
        }
        std::ranges::fill(found_.stays.back(), std::uint8_t{1});
        do {
            changed_ = false;
            for (std::size_t k = spec.nodes.size(); k-- > 0;) ask(k);
            if (!changed_) keep_one_each();
        } while (changed_);
        count_kept();
    }

    ChannelsLeft take() { return std::move(found_); }

  private:
    kernels::Image image_of(std::size_t node) const {
        if (node != network_input) return spec_.nodes[node].output();
        return spec_.image.channels == 0 ? kernels::Image{spec_.inputs, 1, 1} : spec_.image;
    }
    std::size_t channels(std::size_t node) const { return image_of(node).channels; }
    static std::size_t groups_of(const NodeSpec& node) { return node.window ? node.window->groups : 1; }
    double constant(std::size_t node, std::size_t channel) const {
        return node == network_input ? varies : found_.constants[node][channel];
    }
    /// Whether every channel is a group of its own.
    bool is_depthwise(std::size_t k) const {
        const NodeSpec& node = spec_.nodes[k];
        return groups_of(node) > 1 && groups_of(node) == channels(k) && groups_of(node) == channels(node.inputs[0]);
    }

    /// body(input channel, weight) of the weights of an output that are not 0.
    template <class Body>
    void for_weights(std::size_t k, std::size_t output, const Body& body) const {
        const NodeSpec& node = spec_.nodes[k];
        const MaskedWeight<float>& weight = *network_.weight(k);
        const std::size_t groups = groups_of(node);
        const std::size_t of_group = channels(node.inputs[0]) / groups;
        const std::size_t places = weight.pattern().cols() / of_group;
        const std::size_t first = output / (channels(k) / groups) * of_group;
        const std::size_t begin = weight.pattern().row_begin(output);
        const bool is_full = weight.pattern().is_full();
        const std::size_t count = is_full ? weight.pattern().cols() : weight.pattern().row(output).size();
        for (std::size_t e = 0; e < count; ++e) {
            const std::size_t column = is_full ? e : weight.pattern().row(output)[e];
            const float value = weight.parameter().values[begin + e];
            if (value != 0.0F) body(first + column / places, static_cast<double>(value));
        }
    }

    std::vector<double> constants_of(std::size_t k) const {
        const NodeSpec& node = spec_.nodes[k];
        const std::size_t before = node.inputs[0];
        std::vector<double> values(channels(k), varies);
        const auto each = [&](const auto& of) {
            for (std::size_t c = 0; c < values.size(); ++c) values[c] = of(constant(before, c));
            return values;
        };
        if (node.weight) return constants_of_weights(k);
        if (node.kind == "batch_norm") return constants_of_norm(k);
        if (node.kind == "relu" || node.kind == "leaky_relu" || node.kind == "all_relu")
            return each([&](double v) { return v < 0.0 ? node.slope * v : v; });
        if (node.kind == "sigmoid") return each([](double v) { return 1.0 / (1.0 + std::exp(-v)); });
        if (node.kind == "dropout" || node.kind == "max_pool" || node.kind == "replication_pad" ||
            node.kind == "reflection_pad" || node.kind.starts_with("adaptive_"))
            return each([](double v) { return v; });
        if (node.kind == "avg_pool") {
            const bool is_exact = !node.window->ceil_mode && (!pads(node) || !node.window->count_padding);
            return each([&](double v) { return is_exact || v == 0.0 ? v : varies; });
        }
        if (node.kind == "zero_pad") return each([](double v) { return v == 0.0 ? v : varies; });
        if (node.kind == "flatten") {
            const std::size_t pixels = image_of(before).pixels();
            for (std::size_t f = 0; f < values.size(); ++f) values[f] = constant(before, f / pixels);
        }
        if (node.kind == "sum") {
            std::ranges::fill(values, 0.0);
            for (const std::size_t input : node.inputs) {
                for (std::size_t c = 0; c < values.size(); ++c) values[c] += constant(input, c);
            }
        }
        return values;  // of all other kinds: whatever they do, they keep their channels
    }

    std::vector<double> constants_of_weights(std::size_t k) const {
        const NodeSpec& node = spec_.nodes[k];
        const Parameter<float>* bias = array_named(network_, k, "bias");
        std::vector<double> values(channels(k), 0.0);
        for (std::size_t o = 0; o < values.size(); ++o) {
            if (bias != nullptr) values[o] = static_cast<double>(bias->values[o]);
            for_weights(k, o, [&](std::size_t c, double weight) {
                const double taken = constant(node.inputs[0], c);
                values[o] += pads(node) && taken != 0.0 ? varies : weight * taken;
            });
        }
        return values;
    }

    std::vector<double> constants_of_norm(std::size_t k) const {
        const auto numbers = [&](const char* name, std::size_t c) {
            return static_cast<double>(array_named(network_, k, name)->values[c]);
        };
        std::vector<double> values(channels(k));
        for (std::size_t c = 0; c < values.size(); ++c) {
            const double deviation = std::sqrt(numbers("running_var", c) + kernels::normalise_epsilon);
            const double centred = constant(spec_.nodes[k].inputs[0], c) - numbers("running_mean", c);
            values[c] = numbers("weight", c) * centred / deviation + numbers("bias", c);
        }
        return values;
    }

    void keep(std::size_t node, std::size_t channel) {
        if (node == network_input || found_.stays[node][channel] != 0) return;
        found_.stays[node][channel] = 1;
        changed_ = true;
    }
    bool stays(std::size_t node, std::size_t channel) const {
        return node == network_input || found_.stays[node][channel] != 0;
    }
    void keep_all(std::size_t node) {
        for (std::size_t c = 0; c < channels(node); ++c) keep(node, c);
    }
    /// Of one channel or the other, both or none.
    void tie(std::size_t a, std::size_t channel_of_a, std::size_t b, std::size_t channel_of_b) {
        if (stays(a, channel_of_a)) keep(b, channel_of_b);
        if (stays(b, channel_of_b)) keep(a, channel_of_a);
    }

    /// Marks what the node needs of those before it, and what goes along with it.
    void ask(std::size_t k) {
        const NodeSpec& node = spec_.nodes[k];
        const std::size_t before = node.inputs[0];
        if (node.weight) {
            ask_by_weights(k);
        } else if (node.kind == "flatten") {
            const std::size_t pixels = image_of(before).pixels();
            for (std::size_t f = 0; f < channels(k); ++f) tie(before, f / pixels, k, f);
        } else if (node.kind == "subsample" || node.kind == "layer_norm" || node.kind == "group_norm" ||
                   node.kind == "heads" || node.kind.starts_with("head_mean")) {
            for (const std::size_t input : node.inputs) keep_all(input);
            keep_all(k);
        } else {
            for (std::size_t c = 0; node.shares && c < channels(k); ++c) tie(*node.shares, c, k, c);
            for (const std::size_t input : node.inputs) {
                for (std::size_t c = 0; c < channels(k); ++c) tie(input, c, k, c);
            }
        }
    }

    void ask_by_weights(std::size_t k) {
        const NodeSpec& node = spec_.nodes[k];
        const std::size_t before = node.inputs[0];
        if (is_depthwise(k)) {
            for (std::size_t c = 0; c < channels(k); ++c) tie(before, c, k, c);
            return;
        }
        if (groups_of(node) > 1) {
            keep_all(before);
            keep_all(k);
            return;
        }
        for (std::size_t o = 0; o < channels(k); ++o) {
            if (!stays(k, o)) continue;
            for_weights(k, o, [&](std::size_t c, double) {
                const double value = constant(before, c);
                if (is_constant(value) && (value == 0.0 || !pads(node))) return;  // goes into the bias
                if (is_constant(value)) border_[before][c] = 1;
                keep(before, c);
            });
        }
    }

    /// A layer without channels could not be built.
    void keep_one_each() {
        for (std::size_t k = 0; k < spec_.nodes.size(); ++k) {
            if (std::ranges::find(found_.stays[k], std::uint8_t{1}) == found_.stays[k].end()) keep(k, 0);
        }
    }

    void count_kept() {
        for (std::size_t k = 0; k < spec_.nodes.size(); ++k) {
            found_.at_borders += static_cast<std::size_t>(std::ranges::count(border_[k], std::uint8_t{1}));
            if (!spec_.nodes[k].weight || k + 1 == spec_.nodes.size()) continue;
            for (std::size_t c = 0; c < channels(k); ++c)
                found_.cut_off += is_constant(found_.constants[k][c]) && stays(k, c) ? 1 : 0;
        }
    }

    const NetworkSpec& spec_;
    const Network<float>& network_;
    ChannelsLeft found_;
    std::vector<std::vector<std::uint8_t>> border_;  // of each node: taken with padding in spite of its constant
    bool changed_ = false;
};

}  // namespace

ChannelsLeft channels_left(const NetworkSpec& spec, const Network<float>& network) {
    return ChannelSearch(spec, network).take();
}

}  // namespace espalier::nn
