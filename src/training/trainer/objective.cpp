#include <espalier/kernels/squared_error.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/training/trainer/objective.hpp>

namespace espalier::training {
namespace {

using kernels::View;

kernels::LossSum classification_loss(View<const float> outputs, View<const float>,
                                     std::span<const std::uint32_t> labels, View<float> gradient, double smoothing) {
    return kernels::softmax_cross_entropy<float>(outputs, labels, gradient, smoothing);
}

kernels::LossSum reconstruction_loss(View<const float> outputs, View<const float> inputs,
                                     std::span<const std::uint32_t>, View<float> gradient, double) {
    return {.loss = kernels::squared_error<float>(outputs, inputs, gradient), .correct = 0};
}

}  // namespace

const Objective& objective(std::string_view model_kind) {
    static const Objective classification{.has_accuracy = true, .loss = classification_loss};
    static const Objective reconstruction{.has_accuracy = false, .loss = reconstruction_loss};
    return nn::task_of(model_kind) == nn::Task::classification ? classification : reconstruction;
}

}  // namespace espalier::training
