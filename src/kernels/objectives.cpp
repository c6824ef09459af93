#include <espalier/kernels/objectives.hpp>
#include <espalier/kernels/squared_error.hpp>

namespace espalier::kernels {
namespace {

LossSum of_labels(View<const float> outputs, View<const float>, std::span<const std::uint32_t> labels,
                  View<float> gradient, double smoothing) {
    return softmax_cross_entropy<float>(outputs, labels, gradient, smoothing);
}

LossSum of_inputs(View<const float> outputs, View<const float> inputs, std::span<const std::uint32_t>,
                  View<float> gradient, double) {
    return {.loss = squared_error<float>(outputs, inputs, gradient), .correct = 0};
}

Registry<Objective>& all_objectives() {
    static Registry<Objective> all(
        {{{"cross_entropy", "softmax cross-entropy with the labels", ""}, true, of_labels},
         {{"squared_error", "mean squared error with the inputs, of an autoencoder", ""}, false, of_inputs}});
    return all;
}

}  // namespace

const Registry<Objective>& objectives() {
    return all_objectives();
}

void add_objective(Objective objective) {
    if (objective.name == "default") throw ConfigError("loss default cannot be added: the name says the model's own");
    all_objectives().add(std::move(objective), "loss");
}

std::size_t count_correct(View<const float> outputs, std::span<const std::uint32_t> labels) {
    std::size_t correct = 0;
    for (std::size_t lane = 0; lane < labels.size(); ++lane) {
        std::size_t best = 0;
        for (std::size_t f = 1; f < outputs.features; ++f) {
            if (outputs.row(f)[lane] > outputs.row(best)[lane]) best = f;
        }
        correct += best == labels[lane] ? 1 : 0;
    }
    return correct;
}

}  // namespace espalier::kernels
