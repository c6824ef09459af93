#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/graph/narrow_network.hpp>

namespace espalier::nn {
namespace {

/// One layer with weights, dense and in double, between the channels that stay.
struct NarrowLayer {
    std::size_t rows = 0;
    std::size_t cols = 0;
    std::vector<double> values;       // [rows x cols]
    std::vector<std::uint64_t> kept;  // flat positions
    std::vector<double> bias;         // [rows]
    bool has_bias = false;            // now, or of the layer before
    std::size_t folded = 0;
};

std::vector<std::uint32_t> places_of(const std::vector<std::uint8_t>& stays) {
    std::vector<std::uint32_t> places;
    std::uint32_t next = 0;
    for (const std::uint8_t stay : stays) places.push_back(stay != 0 ? next++ : ~std::uint32_t{0});
    return places;
}

std::size_t number_of(const std::vector<std::uint8_t>& stays) {
    return static_cast<std::size_t>(std::ranges::count(stays, std::uint8_t{1}));
}

/// Cuts channels out of specs and numbers alike.
class Narrowing {
  public:
    Narrowing(const NetworkSpec& spec, const Network<float>& network, const ChannelsLeft& left)
        : spec_(spec), network_(network), left_(left) {
        input_stays_.assign(spec.image.channels == 0 ? spec.inputs : spec.image.channels, std::uint8_t{1});
        for (std::size_t k = 0; k < spec.nodes.size(); ++k) {
            layers_.emplace_back();
            if (spec.nodes[k].weight) layers_.back() = narrow_layer(k);
        }
    }

    const NarrowLayer& layer(std::size_t k) const { return layers_[k]; }

    NetworkSpec spec() const {
        NetworkSpec narrow = spec_;
        for (std::size_t k = 0; k < narrow.nodes.size(); ++k) narrow_node(k, narrow.nodes[k]);
        return narrow;
    }

    /// Of an array beside the weights; one number a channel, or one a feature.
    std::vector<float> array(std::size_t k, const Parameter<float>& parameter) const {
        const std::vector<std::uint8_t>& stays = left_.stays[k];
        const std::size_t each = parameter.values.size() / stays.size();
        if (each * stays.size() != parameter.values.size())
            throw Error("layer " + spec_.nodes[k].name + ": '" + parameter.name + "' has no numbers for each channel");
        std::vector<float> values;
        for (std::size_t c = 0; c < stays.size(); ++c) {
            for (std::size_t p = 0; stays[c] != 0 && p < each; ++p) values.push_back(parameter.values[c * each + p]);
        }
        return values;
    }

  private:
    const std::vector<std::uint8_t>& stays(std::size_t node) const {
        return node == network_input ? input_stays_ : left_.stays[node];
    }

    void narrow_node(std::size_t k, NodeSpec& node) const {
        const std::size_t before = left_.stays[k].size();
        const std::size_t now = number_of(left_.stays[k]);
        node.outputs = node.outputs / before * now;
        if (node.image.channels != 0) node.image.channels = now;
        if (!node.weight) {
            node.others = node.others / before * now;
            return;
        }
        const bool is_depthwise = node.window && node.window->groups == before && before > 1;
        node.weight->shape[0] = now;
        if (is_depthwise) {
            node.window->groups = now;
        } else if (!node.window || node.window->groups == 1) {
            node.weight->shape[1] = number_of(stays(node.inputs[0]));
        }
        node.others = layers_[k].has_bias ? now : 0;
    }

    NarrowLayer narrow_layer(std::size_t k) const {
        const NodeSpec& node = spec_.nodes[k];
        const MaskedWeight<float>& weight = *network_.weight(k);
        const Pattern& pattern = weight.pattern();
        const std::size_t groups = node.window ? node.window->groups : 1;
        const std::vector<std::uint8_t>& inputs = stays(node.inputs[0]);
        const std::vector<std::uint32_t> rows = places_of(left_.stays[k]);
        const std::vector<std::uint32_t> cols = places_of(inputs);
        const std::size_t of_group = inputs.size() / groups;
        const std::size_t places = pattern.cols() / of_group;
        NarrowLayer made;
        made.rows = number_of(left_.stays[k]);
        made.cols = (groups == 1 ? number_of(inputs) : of_group) * places;
        made.values.assign(made.rows * made.cols, 0.0);
        made.bias.assign(made.rows, 0.0);
        for (const ParameterEntry<float>& entry : network_.table().of(k)) {
            if (entry.weight != nullptr) continue;
            made.has_bias = true;
            for (std::size_t o = 0; o < rows.size(); ++o) {
                if (left_.stays[k][o] != 0) made.bias[rows[o]] = static_cast<double>(entry.parameter->values[o]);
            }
        }
        for (std::size_t o = 0; o < rows.size(); ++o) {
            if (left_.stays[k][o] == 0) continue;
            const std::size_t first = pattern.row_begin(o);
            const std::size_t count = pattern.is_full() ? pattern.cols() : pattern.row(o).size();
            for (std::size_t e = 0; e < count; ++e) {
                const std::size_t column = pattern.is_full() ? e : pattern.row(o)[e];
                const std::size_t channel = o / (rows.size() / groups) * of_group + column / places;
                const auto value = static_cast<double>(weight.parameter().values[first + e]);
                if (inputs[channel] == 0) {
                    fold(value * constant(node.inputs[0], channel), rows[o], made);
                    continue;
                }
                const std::size_t to = (groups == 1 ? cols[channel] : column / places) * places + column % places;
                made.values[rows[o] * made.cols + to] = value;
                made.kept.push_back(rows[o] * made.cols + to);
            }
        }
        return made;
    }

    /// A weight of 0 may take what varies and is not needed.
    double constant(std::size_t node, std::size_t channel) const {
        const double value = left_.constants[node][channel];
        return std::isnan(value) ? 0.0 : value;
    }

    static void fold(double value, std::size_t row, NarrowLayer& made) {
        if (value == 0.0) return;
        made.bias[row] += value;
        made.has_bias = true;
        ++made.folded;
    }

    const NetworkSpec& spec_;
    const Network<float>& network_;
    const ChannelsLeft& left_;
    std::vector<std::uint8_t> input_stays_;
    std::vector<NarrowLayer> layers_;
};

void put_layer(const NarrowLayer& from, MaskedWeight<float>& weight, const Pattern& pattern) {
    auto& values = weight.parameter().values;
    if (pattern.is_full()) {
        std::ranges::transform(from.values, values.begin(), [](double v) { return static_cast<float>(v); });
        return;
    }
    for (std::size_t e = 0; e < from.kept.size(); ++e) values[e] = static_cast<float>(from.values[from.kept[e]]);
}

}  // namespace

NarrowNetwork narrow_network(const NetworkSpec& spec, const Network<float>& network, const ChannelsLeft& left,
                             bool keeps_masks, const BuildOptions& options) {
    const Narrowing narrowing(spec, network, left);
    NetworkSpec narrow = narrowing.spec();
    std::vector<Pattern> patterns;
    for (const std::size_t k : narrow.weighted()) {
        const NarrowLayer& layer = narrowing.layer(k);
        const bool is_dense = !keeps_masks || layer.kept.size() == layer.rows * layer.cols;
        patterns.push_back(is_dense ? Pattern::full(layer.rows, layer.cols)
                                    : Pattern::from_flat(layer.rows, layer.cols, layer.kept));
    }
    NarrowNetwork made{narrow, build<float>(narrow, std::move(patterns), options)};
    for (std::size_t k = 0; k < narrow.nodes.size(); ++k) {
        made.folded += narrowing.layer(k).folded;
        for (const ParameterEntry<float>& entry : made.network.table().of(k)) {
            if (entry.weight != nullptr) {
                put_layer(narrowing.layer(k), *entry.weight, entry.weight->pattern());
            } else if (narrow.nodes[k].weight) {
                std::ranges::transform(narrowing.layer(k).bias, entry.parameter->values.begin(),
                                       [](double v) { return static_cast<float>(v); });
            } else {
                for (const ParameterEntry<float>& old : network.table().of(k)) {
                    if (old.parameter->name != entry.parameter->name) continue;
                    std::ranges::copy(narrowing.array(k, *old.parameter), entry.parameter->values.begin());
                }
            }
        }
    }
    return made;
}

Network<double> in_double(const NetworkSpec& spec, const Network<float>& network, const BuildOptions& options) {
    std::vector<Pattern> patterns;
    for (const std::size_t k : network.weighted_layers()) patterns.push_back(network.weight(k)->pattern());
    Network<double> made = build<double>(spec, std::move(patterns), options);
    const auto from = network.table().entries();
    const auto to = made.table().entries();
    for (std::size_t k = 0; k < from.size(); ++k) {
        std::ranges::copy(from[k].parameter->values, to[k].parameter->values.begin());
    }
    return made;
}

}  // namespace espalier::nn
