#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include <espalier/base/text/registry.hpp>
#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/loss.hpp>

namespace espalier::kernels {

/// What a network is trained for.
struct Objective : Named {
    bool has_accuracy;  ///< its outputs are classes, which can be right

    /// The loss summed over lanes; `gradient`, where it has data, becomes the gradient of the mean over lanes.
    /// @param inputs what the network was to see, without noise: [features x lanes]
    /// @param labels [lanes]
    /// @param smoothing  of labels, in training (loss.hpp)
    std::function<LossSum(View<const float> outputs, View<const float> inputs, std::span<const std::uint32_t> labels,
                          View<float> gradient, double smoothing)>
        loss;
};

/// cross_entropy: of softmax, with the labels. squared_error: with the inputs, the mean over features and samples
/// (Keras' "mse"). The QuickSelection program reports that loss too, but steps along the gradient of half the sum over
/// features: its learning rate is features / 2 times ours. Then what plug-ins brought.
const Registry<Objective>& objectives();

/// @throws ConfigError where there is one of this name
void add_objective(Objective objective);

/// Lanes whose largest output is the label's; of equal ones the lowest class wins.
std::size_t count_correct(View<const float> outputs, std::span<const std::uint32_t> labels);

}  // namespace espalier::kernels
