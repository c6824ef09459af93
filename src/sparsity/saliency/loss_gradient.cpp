#include <utility>

#include <espalier/kernels/loss.hpp>
#include <espalier/sparsity/saliency/loss_gradient.hpp>

namespace espalier::sparsity {
namespace {

void multiply(kernels::View<double> view, double factor) {
    for (std::size_t f = 0; f < view.features; ++f) {
        for (std::size_t lane = 0; lane < view.lanes; ++lane) view.row(f)[lane] *= factor;
    }
}

}  // namespace

double take_loss_gradient(nn::Network<double>& network, const Samples& samples, double temperature,
                          bool running_statistics) {
    nn::Workspace<double> workspace;
    const nn::Pass pass{.training = true, .without_noise = true, .running_statistics = running_statistics};
    const kernels::View<double> logits = network.forward(workspace, samples.inputs.view(), pass);
    multiply(logits, 1.0 / temperature);
    const kernels::View<double> gradient = network.output_gradient(workspace);
    const kernels::LossSum sum = kernels::softmax_cross_entropy<double>(logits, samples.labels, gradient);
    multiply(gradient, 1.0 / temperature);
    network.backward(workspace, pass);
    return sum.loss / static_cast<double>(samples.labels.size());
}

std::vector<std::vector<double>> weight_gradients(const SaliencyProblem& problem, double temperature) {
    const std::vector<nn::MaskedWeight<double>*> weights = problem.weights();
    std::vector<std::vector<double>> sums;
    for (const nn::MaskedWeight<double>* weight : weights) sums.emplace_back(weight->pattern().edges(), 0.0);
    for (const Samples& samples : problem.batches) {
        take_loss_gradient(*problem.network, samples, temperature, problem.options.running_statistics);
        for (std::size_t l = 0; l < weights.size(); ++l) {
            const AlignedVector<double>& gradient = weights[l]->parameter().gradient;
            for (std::size_t k = 0; k < gradient.size(); ++k) sums[l][k] += gradient[k];
        }
    }
    return sums;
}

}  // namespace espalier::sparsity
