#include <algorithm>
#include <cmath>

#include <boost/random/uniform_01.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/saliency/phew.hpp>

namespace espalier::sparsity {
namespace {

/// Where a walk may go from each of `from` neurons: running sums of |w| over the `to` neurons.
class Transitions {
  public:
    Transitions(std::size_t from, std::size_t to) : to_(to), sums_(from * to) {}

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

struct WalkedLayer {
    std::size_t outputs, inputs;
    Transitions forward, backward;
    std::vector<bool> kept;  ///< [outputs x inputs]
    bool left_out;
};

WalkedLayer walked_layer(const nn::MaskedWeight<double>& weight, bool left_out) {
    const std::size_t outputs = weight.pattern().rows();
    const std::size_t inputs = weight.pattern().cols();
    WalkedLayer layer{outputs, inputs, {inputs, outputs}, {outputs, inputs}, {}, left_out};
    layer.kept.assign(outputs * inputs, left_out);
    for (std::size_t o = 0; o < outputs; ++o) {
        for (std::size_t i = 0; i < inputs; ++i) {
            const double mass = std::abs(weight.parameter().values[o * inputs + i]);
            layer.forward.mass(i, o) = mass;
            layer.backward.mass(o, i) = mass;
        }
    }
    layer.forward.accumulate();
    layer.backward.accumulate();
    return layer;
}

class Walker {
  public:
    Walker(std::vector<WalkedLayer> layers, const Stream& stream, std::size_t wanted, bool trim)
        : layers_(std::move(layers)), stream_(stream), wanted_(wanted), trim_(trim) {}

    bool is_done() const { return kept_ >= wanted_; }

    void forward(std::size_t input) {
        std::size_t at = input;
        for (WalkedLayer& layer : layers_) {
            const std::size_t output = layer.forward.next(at, stream_);
            keep(layer, output, at);
            at = output;
        }
    }

    void backward(std::size_t output) {
        std::size_t at = output;
        for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
            const std::size_t input = layer->backward.next(at, stream_);
            keep(*layer, at, input);
            at = input;
        }
    }

    const std::vector<WalkedLayer>& layers() const { return layers_; }

  private:
    void keep(WalkedLayer& layer, std::size_t output, std::size_t input) {
        const std::size_t place = output * layer.inputs + input;
        if (layer.kept[place] || (trim_ && is_done())) return;
        layer.kept[place] = true;
        ++kept_;
    }

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
    if (flat.size() == layer.kept.size()) return Pattern::full(layer.outputs, layer.inputs);
    return Pattern::from_flat(layer.outputs, layer.inputs, flat);
}

}  // namespace

SaliencyMasks phew(const SaliencyProblem& problem) {
    const std::size_t positions = problem.positions();
    const std::size_t wanted = problem.kept();
    const std::vector<nn::MaskedWeight<double>*> weights = problem.weights();
    std::vector<WalkedLayer> layers;
    for (std::size_t l = 0; l < weights.size(); ++l) {
        layers.push_back(walked_layer(*weights[l], problem.layers[l].left_out || wanted == positions));
    }
    const std::size_t inputs = layers.front().inputs;
    const std::size_t outputs = layers.back().outputs;
    Walker walker(std::move(layers), Stream(problem.seed, Purpose::mask_init), wanted == positions ? 0 : wanted,
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
