#include <cmath>

#include <espalier/sparsity/saliency/loss_gradient.hpp>
#include <espalier/sparsity/saliency/ranking.hpp>
#include <espalier/sparsity/saliency/snip.hpp>

namespace espalier::sparsity {
namespace {

/// |gradient * weight| with these weights, which need not be those that the gradient was taken at.
template <class Weights>
LayerScores sensitivities(const SaliencyProblem& problem, const Weights& weight_of_layer) {
    LayerScores scores = weight_gradients(problem);
    for (std::size_t l = 0; l < scores.size(); ++l) {
        if (problem.layers[l].left_out) {
            scores[l].clear();
            continue;
        }
        const AlignedVector<double>& weights = weight_of_layer(l);
        for (std::size_t k = 0; k < scores[l].size(); ++k) scores[l][k] = std::abs(scores[l][k] * weights[k]);
    }
    return scores;
}

}  // namespace

LayerScores snip_scores(const SaliencyProblem& problem) {
    const auto weights = problem.weights();
    return sensitivities(
        problem, [&](std::size_t l) -> const auto& { return weights[l]->parameter().values; });
}

SaliencyMasks snip(const SaliencyProblem& problem) {
    return {keep_best(problem, snip_scores(problem))};
}

SaliencyMasks iter_snip(const SaliencyProblem& problem) {
    return {
        keep_best_by_passes(problem, problem.options.permanent, [&](const std::vector<AlignedVector<double>>& dense) {
            return sensitivities(
                problem, [&](std::size_t l) -> const auto& { return dense[l]; });
        })};
}

}  // namespace espalier::sparsity
