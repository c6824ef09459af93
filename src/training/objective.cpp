#include <espalier/base/named.hpp>
#include <espalier/kernels/squared_error.hpp>
#include <espalier/training/objective.hpp>

namespace espalier::training {
namespace {

using kernels::View;

kernels::LossSum classification_loss(View<const float> outputs, View<const float>,
                                     std::span<const std::uint32_t> labels, View<float> gradient) {
    return kernels::softmax_cross_entropy<float>(outputs, labels, gradient);
}

kernels::LossSum reconstruction_loss(View<const float> outputs, View<const float> inputs,
                                     std::span<const std::uint32_t>, View<float> gradient) {
    return {.loss = kernels::squared_error<float>(outputs, inputs, gradient), .correct = 0};
}

struct ModelObjective : Named {
    Objective objective;
};

const std::vector<ModelObjective>& objectives() {
    static const std::vector<ModelObjective> table = {
        {{"mlp", "", ""}, {true, [](std::size_t, std::size_t classes) { return classes; }, classification_loss}},
        {{"autoencoder", "", ""},
         {false, [](std::size_t features, std::size_t) { return features; }, reconstruction_loss}},
    };
    return table;
}

}  // namespace

const Objective& objective(std::string_view model_kind) {
    return find_named(objectives(), model_kind, "model.kind").objective;
}

}  // namespace espalier::training
