#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/nn/layers/convolution.hpp>
#include <espalier/training/updates/dormant_neurons.hpp>

namespace espalier::training {
namespace {

/// The only node that reads what a node gives; nothing where others do, too, or none.
std::optional<std::size_t> only_reader(const nn::Network<float>& network, std::size_t node) {
    std::optional<std::size_t> found;
    for (std::size_t k = node + 1; k < network.size(); ++k) {
        for (const std::size_t input : network.inputs_of(k)) {
            if (input != node) continue;
            if (found) return std::nullopt;
            found = k;
        }
    }
    return found;
}

/// The ReLU that a layer's outputs reach one by one.
std::optional<std::size_t> relu_behind(const nn::Network<float>& network, std::size_t layer) {
    for (std::optional<std::size_t> at = only_reader(network, layer); at; at = only_reader(network, *at)) {
        const std::string kind = network.layer(*at).kind();
        if (kind == "relu") return at;
        if (!kind.ends_with("_norm")) return std::nullopt;
    }
    return std::nullopt;
}

/// Adds for each unit, a channel of the image, how many of its numbers are above 0. Borders and tails are 0.
void add_positive(const kernels::Image& image, kernels::View<const float> activations,
                  std::vector<std::uint64_t>& positive) {
    for_row_runs(positive.size(), activations.features * activations.lanes, [&](std::size_t begin, std::size_t end) {
        for (std::size_t b = 0; b < activations.blocks(); ++b) {
            const kernels::View<const float> block = activations.block(b);
            for (std::size_t unit = begin; unit < end; ++unit) {
                const std::size_t first = image.place(unit, 0, 0);
                for (std::size_t place = first; place < first + image.channel(); ++place) {
                    const float* row = block.row(place);
                    std::uint64_t above = 0;
                    for (std::size_t lane = 0; lane < block.lanes; ++lane) above += row[lane] > 0.0F ? 1 : 0;
                    positive[unit] += above;
                }
            }
        }
    });
}

}  // namespace

double DormantCount::ratio() const {
    if (neurons == 0) return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(dormant) / static_cast<double>(neurons);
}

DormantNeurons::DormantNeurons(const nn::Network<float>& network, const std::vector<std::size_t>& layers,
                               double threshold, std::size_t samples)
    : network_(network), threshold_(threshold), samples_(samples) {
    bool has_relu = false;
    for (const std::size_t layer : layers) {
        Side side{.node = 0, .units = {0, 0, 0}, .positive = {}, .activity = {}};
        if (const std::optional<std::size_t> relu = relu_behind(network, layer)) {
            const auto* convolution = dynamic_cast<const nn::Convolution<float>*>(&network.layer(layer));
            side.node = *relu;
            side.units = convolution == nullptr ? kernels::Image{network.layer(layer).outputs(), 1, 1}
                                                : convolution->shape().out;
            has_relu = true;
        }
        sides_.push_back(std::move(side));
    }
    if (!has_relu) {
        throw ConfigError("sparsity.dormant_samples = " + std::to_string(samples) +
                          ": no neuron of this model has a ReLU of its own behind it, so that none can be called "
                          "dormant; set it to 0, or choose model.activation = \"relu\"");
    }
}

void DormantNeurons::measure(const DataAccess& data) {
    for (Side& side : sides_) side.positive.assign(side.units.channels, 0);
    std::uint64_t samples = 0;
    data.pass_some_samples(samples_, [&](const nn::Workspace<float>& workspace, kernels::View<const float> outputs) {
        samples += outputs.lanes;
        for (Side& side : sides_) {
            if (side.units.channels > 0)
                add_positive(side.units, network_.layer_output(workspace, side.node), side.positive);
        }
    });
    for (Side& side : sides_) {
        const auto all = static_cast<double>(samples * side.units.pixels());
        side.activity.clear();
        for (const std::uint64_t positive : side.positive) side.activity.push_back(static_cast<double>(positive) / all);
    }
}

DormantCount DormantNeurons::count(std::size_t number) const {
    const std::vector<double>& activity = sides_[number].activity;
    const auto dormant = std::ranges::count_if(activity, [&](double share) { return share < threshold_; });
    return {static_cast<std::size_t>(dormant), activity.size()};
}

}  // namespace espalier::training
