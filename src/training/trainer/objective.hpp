#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/loss.hpp>

namespace espalier::training {

/// What a network is trained for.
struct Objective {
    bool has_accuracy;  ///< its outputs are classes, which can be right

    /// The loss summed over lanes; `gradient`, where it has data, becomes the gradient of the mean over lanes.
    /// @param inputs what the network was to see, without noise: [features x lanes]
    /// @param labels [lanes]
    /// @param smoothing  of labels, in training (kernels/loss.hpp)
    kernels::LossSum (*loss)(kernels::View<const float> outputs, kernels::View<const float> inputs,
                             std::span<const std::uint32_t> labels, kernels::View<float> gradient, double smoothing);
};

/// model.kind "mlp": softmax cross-entropy with the labels. "autoencoder": mean squared error with the inputs, the mean
/// over features and samples (Keras' "mse"). The QuickSelection program reports that loss too, but steps along the
/// gradient of half the sum over features: its learning rate is features / 2 times ours.
/// @throws ConfigError for another kind
const Objective& objective(std::string_view model_kind);

/// Why a run without accuracy has none; for results.
inline constexpr const char* no_accuracy_reason = "an auto-encoder has no classes: see its loss";
/// Why a run has no test accuracy and loss.
inline constexpr const char* no_test_reason = "the dataset has no test set: bring one, or set data.test";

}  // namespace espalier::training
