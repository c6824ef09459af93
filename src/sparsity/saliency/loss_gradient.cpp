#include <algorithm>
#include <utility>

#include <espalier/kernels/head_loss.hpp>
#include <espalier/nn/graph/blocks.hpp>
#include <espalier/sparsity/saliency/loss_gradient.hpp>

namespace espalier::sparsity {
namespace {

void multiply(kernels::View<double> view, double factor) {
    for (std::size_t f = 0; f < view.features; ++f) {
        for (std::size_t lane = 0; lane < view.lanes; ++lane) view.row(f)[lane] *= factor;
    }
}

/// Some lanes of a batch.
kernels::Activations<double> lanes_of(const kernels::Activations<double>& all, const nn::SampleRange& range) {
    kernels::Activations<double> part(all.view().features, range.size());
    for (std::size_t f = 0; f < all.view().features; ++f)
        std::copy(all.view().row(f) + range.begin, all.view().row(f) + range.end, part.view().row(f));
    return part;
}

}  // namespace

double take_loss_gradient(nn::Network<double>& network, const Samples& samples, double temperature,
                          bool running_statistics, std::size_t blocks) {
    nn::Blocks<double> passes(blocks);
    passes.cut(samples.labels.size());
    std::vector<kernels::Activations<double>> parts(blocks);
    const nn::Pass pass{.training = true, .without_noise = true, .running_statistics = running_statistics};
    const auto inputs = [&](std::size_t block) {
        if (blocks == 1) return samples.inputs.view();
        parts[block] = lanes_of(samples.inputs, passes[block]);
        return std::as_const(parts[block]).view();
    };
    const auto loss = [&](std::size_t block, kernels::View<double> logits, kernels::View<double> gradient) {
        multiply(logits, 1.0 / temperature);
        const std::span labels = std::span(samples.labels).subspan(passes[block].begin, passes[block].size());
        const auto of_head = [&](kernels::View<double> of, kernels::View<double> at) {
            return kernels::softmax_cross_entropy<double>(of, labels, at);
        };
        const kernels::LossSum sum = kernels::mean_over_heads(logits, gradient, network.heads(), labels, of_head);
        multiply(gradient, 1.0 / temperature);
        return sum;
    };
    return passes.train(network, pass, {inputs, loss}).loss / static_cast<double>(samples.labels.size());
}

std::vector<std::vector<double>> weight_gradients(const SaliencyProblem& problem, double temperature) {
    const std::vector<nn::MaskedWeight<double>*> weights = problem.weights();
    std::vector<std::vector<double>> sums;
    for (const nn::MaskedWeight<double>* weight : weights) sums.emplace_back(weight->pattern().edges(), 0.0);
    for (const Samples& samples : problem.batches) {
        take_loss_gradient(*problem.network, samples, temperature, problem.options.running_statistics,
                           problem.options.blocks);
        for (std::size_t l = 0; l < weights.size(); ++l) {
            const AlignedVector<double>& gradient = weights[l]->parameter().gradient;
            for (std::size_t k = 0; k < gradient.size(); ++k) sums[l][k] += gradient[k];
        }
    }
    return sums;
}

}  // namespace espalier::sparsity
