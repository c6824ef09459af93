#include <algorithm>
#include <cmath>

#include <boost/random/uniform_01.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/saliency/channel_graph.hpp>
#include <espalier/sparsity/saliency/phew.hpp>

namespace espalier::sparsity {
namespace {

/// Where a walk may go from each of `from` units: running sums of |w| over the `to` places.
class Transitions {
  public:
    Transitions(std::size_t from, std::size_t to) : to_(to), sums_(from * to) {}

    /// The mass of all ways from there.
    double total(std::size_t from) const { return sums_[(from + 1) * to_ - 1]; }

    double& mass(std::size_t from, std::size_t to) { return sums_[from * to_ + to]; }

    void accumulate() {
        for (std::size_t at = 0; at < sums_.size(); ++at) {
            if (at % to_ != 0) sums_[at] += sums_[at - 1];
        }
    }

    std::size_t next(std::size_t from, Stream& stream) const {
        const auto begin = sums_.begin() + static_cast<std::ptrdiff_t>(from * to_);
        const auto end = begin + static_cast<std::ptrdiff_t>(to_);
        const double all = *(end - 1);
        if (all == 0.0) return stream.below(to_);
        boost::random::uniform_01<double> uniform;
        const auto found = std::upper_bound(begin, end, uniform(stream) * all);
        // Rounding may carry the product to the very end of the range: the last neuron with a mass it is.
        return static_cast<std::size_t>((found == end ? std::lower_bound(begin, end, all) : found) - begin);
    }

  private:
    std::size_t to_;
    std::vector<double> sums_;
};

/// A layer with weights. Forwards a walk goes from an input unit to an output and a place of the kernel between them,
/// backwards from an output to a column of its pattern: an input unit and a place.
struct WalkedLayer {
    std::size_t outputs, columns;
    Transitions forward, backward;
    std::vector<bool> kept;  ///< [outputs x columns]
};

WalkedLayer walked_layer(const ChannelNode& node, const nn::MaskedWeight<double>& weight, bool left_out) {
    const std::size_t outputs = weight.pattern().rows();
    const std::size_t columns = weight.pattern().cols();
    const std::size_t outputs_a_group = outputs / node.groups;
    WalkedLayer layer{
        outputs, columns, {node.inputs_a_group * node.groups, outputs_a_group * node.taps}, {outputs, columns}, {}};
    layer.kept.assign(outputs * columns, left_out);
    for (std::size_t o = 0; o < outputs; ++o) {
        for (std::size_t c = 0; c < columns; ++c) {
            const double mass = std::abs(weight.parameter().values[o * columns + c]);
            layer.forward.mass(node.input_unit(o, c), o % outputs_a_group * node.taps + c % node.taps) = mass;
            layer.backward.mass(o, c) = mass;
        }
    }
    layer.forward.accumulate();
    layer.backward.accumulate();
    return layer;
}

class Walker {
  public:
    Walker(const ChannelGraph& graph, std::vector<WalkedLayer> layers, const Stream& stream, std::size_t wanted,
           bool trim)
        : graph_(graph), layers_(std::move(layers)), stream_(stream), wanted_(wanted), trim_(trim) {}

    bool is_done() const { return kept_ >= wanted_; }

    void forward(std::size_t unit) {
        std::size_t at = nn::network_input;
        while (at == nn::network_input || at + 1 < graph_.nodes.size()) {
            at = reader(graph_.readers_of(at), unit);
            const ChannelNode& node = graph_.nodes[at];
            if (node.kind == ChannelNode::Kind::weight) {
                unit = along(node, unit);
            } else if (node.kind == ChannelNode::Kind::spread) {
                unit = unit * node.pixels + (node.pixels > 1 ? stream_.below(node.pixels) : 0);
            } else {
                unit += node.before;
            }
        }
    }

    void backward(std::size_t unit) {
        std::size_t at = graph_.nodes.size() - 1;
        while (at != nn::network_input) {
            const ChannelNode& node = graph_.nodes[at];
            if (node.kind == ChannelNode::Kind::weight) {
                const std::size_t column = layers_[node.layer].backward.next(unit, stream_);
                keep(layers_[node.layer], unit, column);
                unit = node.input_unit(unit, column);
            } else {
                unit = unit / node.pixels - node.before;
            }
            at = node.inputs.size() == 1 ? node.inputs.front() : writer(node.inputs, unit);
        }
    }

    const std::vector<WalkedLayer>& layers() const { return layers_; }

  private:
    static constexpr double closed = -1.0;  // of a way that leads nowhere

    void keep(WalkedLayer& layer, std::size_t output, std::size_t column) {
        const std::size_t place = output * layer.columns + column;
        if (layer.kept[place] || (trim_ && is_done())) return;
        layer.kept[place] = true;
        ++kept_;
    }

    std::size_t along(const ChannelNode& node, std::size_t unit) {
        WalkedLayer& layer = layers_[node.layer];
        const std::size_t found = layer.forward.next(unit, stream_);
        const std::size_t group = unit / node.inputs_a_group;
        const std::size_t output = group * (layer.outputs / node.groups) + found / node.taps;
        keep(layer, output, unit % node.inputs_a_group * node.taps + found % node.taps);
        return output;
    }

    /// One of several ways, by their masses; uniformly among open ones where these have none.
    std::size_t way(const std::vector<double>& masses) {
        double all = 0.0;
        std::size_t open = 0;
        for (const double mass : masses) {
            all += std::max(0.0, mass);
            open += mass == closed ? 0 : 1;
        }
        boost::random::uniform_01<double> uniform;
        double left = uniform(stream_) * (all > 0.0 ? all : static_cast<double>(open));
        std::size_t chosen = 0;
        for (std::size_t k = 0; k < masses.size(); ++k) {
            const double mass = masses[k] == closed ? 0.0 : (all > 0.0 ? masses[k] : 1.0);
            if (mass == 0.0) continue;
            chosen = k;  // rounding may leave a little behind the last one
            if (left < mass) break;
            left -= mass;
        }
        return chosen;
    }

    std::size_t reader(const std::vector<std::size_t>& readers, std::size_t unit) {
        if (readers.size() == 1) return readers.front();
        std::vector<double> masses;
        for (const std::size_t k : readers) masses.push_back(mass_ahead(k, unit));
        return readers[way(masses)];
    }

    std::size_t writer(const std::vector<std::size_t>& writers, std::size_t unit) {
        std::vector<double> masses;
        for (const std::size_t k : writers) masses.push_back(mass_behind(k, unit));
        return writers[way(masses)];
    }

    /// What draws a walk into a node from a unit before it: the weights it meets first, 1 for an addition or the end.
    double mass_ahead(std::size_t at, std::size_t unit) const {
        const ChannelNode& node = graph_.nodes[at];
        if (node.kind == ChannelNode::Kind::weight) return layers_[node.layer].forward.total(unit);
        if (node.kind == ChannelNode::Kind::sum || node.readers.empty()) return 1.0;
        double sum = 0.0;
        for (std::size_t pixel = 0; pixel < node.pixels; ++pixel) {
            for (const std::size_t k : node.readers) sum += mass_ahead(k, unit * node.pixels + pixel + node.before);
        }
        return sum / static_cast<double>(node.pixels);
    }

    /// The same backwards, from a unit that a node gives.
    double mass_behind(std::size_t at, std::size_t unit) const {
        if (at == nn::network_input) return 1.0;
        const ChannelNode& node = graph_.nodes[at];
        if (node.kind == ChannelNode::Kind::weight) return layers_[node.layer].backward.total(unit);
        if (node.kind == ChannelNode::Kind::sum) return 1.0;
        if (node.kind == ChannelNode::Kind::shift && (unit < node.before || unit + node.before >= node.units))
            return closed;
        return mass_behind(node.inputs.front(), unit / node.pixels - node.before);
    }

    const ChannelGraph& graph_;
    std::vector<WalkedLayer> layers_;
    Stream stream_;
    std::size_t wanted_;
    bool trim_;
    std::size_t kept_ = 0;
};

Pattern mask_of(const WalkedLayer& layer) {
    std::vector<std::uint64_t> flat;
    for (std::size_t k = 0; k < layer.kept.size(); ++k) {
        if (layer.kept[k]) flat.push_back(k);
    }
    if (flat.size() == layer.kept.size()) return Pattern::full(layer.outputs, layer.columns);
    return Pattern::from_flat(layer.outputs, layer.columns, flat);
}

}  // namespace

SaliencyMasks phew(const SaliencyProblem& problem) {
    const std::size_t positions = problem.positions();
    const std::size_t wanted = problem.kept();
    const std::vector<nn::MaskedWeight<double>*> weights = problem.weights();
    const ChannelGraph graph(spec_of(problem));
    std::vector<WalkedLayer> layers;
    for (const ChannelNode& node : graph.nodes) {
        if (node.kind != ChannelNode::Kind::weight) continue;
        const bool left_out = problem.layers[node.layer].left_out || wanted == positions;
        layers.push_back(walked_layer(node, *weights[node.layer], left_out));
    }
    const std::size_t inputs = graph.inputs;
    const std::size_t outputs = graph.nodes.back().units;
    Walker walker(graph, std::move(layers), Stream(problem.seed, Purpose::mask_init), wanted == positions ? 0 : wanted,
                  problem.options.trim);
    for (std::size_t walk = 0; !walker.is_done(); walk += 2) {
        if (walk / 200 > positions) {
            throw ConfigError("sparsity.init = \"phew\": random walks do not reach sparsity.density = " +
                              std::to_string(static_cast<double>(wanted) / static_cast<double>(positions)) +
                              "; a lower one is needed");
        }
        walker.forward(walk / 2 % inputs);
        if (!walker.is_done()) walker.backward(walk / 2 % outputs);
    }
    SaliencyMasks found;
    for (const WalkedLayer& layer : walker.layers()) found.masks.push_back(mask_of(layer));
    return found;
}

}  // namespace espalier::sparsity
