#include <cmath>

#include <espalier/sparsity/saliency/grasp.hpp>
#include <espalier/sparsity/saliency/loss_gradient.hpp>
#include <espalier/sparsity/saliency/ranking.hpp>

namespace espalier::sparsity {
namespace {

template <class Arrays>
double norm(const Arrays& arrays) {
    double sum = 0.0;
    for (const auto& array : arrays) {
        for (const double value : array) sum += value * value;
    }
    return std::sqrt(sum);
}

}  // namespace

std::vector<std::vector<double>> hessian_gradient_product(const SaliencyProblem& problem, double temperature) {
    const std::vector<nn::MaskedWeight<double>*> weights = problem.weights();
    std::vector<AlignedVector<double>> here;
    std::size_t count = 0;
    for (nn::MaskedWeight<double>* weight : weights) {
        here.push_back(weight->parameter().values);
        count += here.back().size();
    }
    std::vector<std::vector<double>> gradient = weight_gradients(problem, temperature);
    const double length = norm(gradient);
    const double step = 1e-6 * (1.0 + norm(here)) / std::sqrt(static_cast<double>(count));
    const auto gradient_at = [&](double distance) {
        for (std::size_t l = 0; l < weights.size(); ++l) {
            AlignedVector<double>& values = weights[l]->parameter().values;
            for (std::size_t k = 0; k < values.size(); ++k) values[k] = here[l][k] + distance * gradient[l][k];
        }
        return weight_gradients(problem, temperature);
    };
    if (length == 0.0) return gradient;
    std::vector<std::vector<double>> product = gradient_at(step / length);
    const std::vector<std::vector<double>> behind = gradient_at(-step / length);
    for (std::size_t l = 0; l < weights.size(); ++l) {
        for (std::size_t k = 0; k < product[l].size(); ++k) {
            product[l][k] = (product[l][k] - behind[l][k]) * length / (2.0 * step);
        }
        weights[l]->parameter().values = here[l];
    }
    return product;
}

LayerScores grasp_scores(const SaliencyProblem& problem) {
    LayerScores scores = hessian_gradient_product(problem, problem.options.temperature);
    const std::vector<nn::MaskedWeight<double>*> weights = problem.weights();
    for (std::size_t l = 0; l < scores.size(); ++l) {
        if (problem.layers[l].left_out) scores[l].clear();
        const AlignedVector<double>& values = weights[l]->parameter().values;
        for (std::size_t k = 0; k < scores[l].size(); ++k) scores[l][k] *= values[k];
    }
    return scores;
}

SaliencyMasks grasp(const SaliencyProblem& problem) {
    return {keep_best(problem, grasp_scores(problem))};
}

}  // namespace espalier::sparsity
