// A plug-in with one of everything; docs/plugins.md tells about it.
//
//     g++ -std=c++20 -O2 -fPIC -shared -I include docs/examples/plugin.cpp -o example.so
//     espalier run --plugin ./example.so config.toml --set sparsity.drop_rule=relative_magnitude
#include <cmath>
#include <vector>

#include <espalier/plugin/interface.hpp>

using namespace espalier::plugin;

namespace {

/// |w| over the mean |w| of the weights into the same neuron.
void relative_magnitude(const DropQuestion& asked, std::span<float> scores) {
    const LayerView& layer = asked.layer;
    for (std::uint64_t row = 0; row < layer.outputs; ++row) {
        double sum = 0.0;
        for (std::uint64_t k = layer.offsets[row]; k < layer.offsets[row + 1]; ++k) sum += std::abs(layer.values[k]);
        const auto count = static_cast<double>(layer.offsets[row + 1] - layer.offsets[row]);
        const double mean = sum > 0.0 ? sum / count : 1.0;
        for (std::uint64_t k = layer.offsets[row]; k < layer.offsets[row + 1]; ++k)
            scores[k] = static_cast<float>(std::abs(layer.values[k]) / mean);
    }
}

/// The gradient's size, over 1 + the number of weights the neuron had: small neurons first.
void gradient_of_small_neurons(const GrowQuestion& asked, const RowsView& rows, std::span<float> scores) {
    for (std::uint64_t r = 0; r < rows.outputs; ++r) {
        const std::uint64_t row = rows.first + r;
        const auto kept = static_cast<float>(asked.before.offsets[row + 1] - asked.before.offsets[row]);
        for (std::uint64_t c = 0; c < rows.inputs; ++c)
            scores[r * rows.inputs + c] = std::abs(rows.gradient[r * rows.inputs + c]) / (1.0F + kept);
    }
}

/// The largest number of weights of a neuron.
void largest_degree(const NetworkView& network, std::span<double> of_layers, double&) {
    for (std::uint64_t l = 0; l < network.count; ++l) {
        const LayerView& layer = network.layers[l];
        std::uint64_t largest = 0;
        for (std::uint64_t row = 0; row < layer.outputs; ++row) {
            const std::uint64_t degree = layer.offsets[row + 1] - layer.offsets[row];
            largest = degree > largest ? degree : largest;
        }
        of_layers[l] = static_cast<double>(largest);
    }
}

/// How far the numbers of weights are apart, as a share of the larger.
void edge_counts(const NetworkView& first, const NetworkView& second, std::span<double> of_layers) {
    for (std::uint64_t l = 0; l < first.count; ++l) {
        const auto a = static_cast<double>(first.layers[l].edges());
        const auto b = static_cast<double>(second.layers[l].edges());
        of_layers[l] = a == b ? 0.0 : std::abs(a - b) / (a > b ? a : b);
    }
}

/// Half the squared distance of the outputs from the label's unit vector.
double brier(const LossQuestion& asked) {
    double sum = 0.0;
    for (std::uint64_t c = 0; c < asked.classes; ++c) {
        for (std::uint64_t b = 0; b < asked.samples; ++b) {
            const std::uint64_t at = c * asked.stride + b;
            const float error = asked.outputs[at] - (asked.labels[b] == c ? 1.0F : 0.0F);
            sum += 0.5 * error * error;
            if (asked.gradient != nullptr) asked.gradient[at] = error;
        }
    }
    return sum;
}

}  // namespace

ESPALIER_PLUGIN(host) {
    host.drop_rule("relative_magnitude", "the smallest |w| go, each over the mean of its neuron", relative_magnitude);
    host.grow_rule("small_neurons", "the largest gradients grow, neurons with few weights first", true,
                   gradient_of_small_neurons);
    host.metric("largest_degree", "the most weights a neuron has", largest_degree);
    host.distance("edge_counts", "how far the numbers of weights are apart", edge_counts);
    host.loss("brier", "half the squared distance from the label's unit vector", brier);
    host.callback("stop_at_half", "ends the run at a validation accuracy of one half",
                  [](const EpochQuestion& now) { return now.validation_accuracy >= 0.5; });
}
