#include <espalier/sparsity/saliency/problem.hpp>

namespace espalier::sparsity {

std::size_t SaliencyProblem::positions() const {
    std::size_t sum = 0;
    for (const ScoredLayer& layer : layers) sum += layer.left_out ? 0 : sparsity::positions(layer.shape);
    return sum;
}

std::size_t SaliencyProblem::kept() const {
    std::size_t sum = 0;
    for (const ScoredLayer& layer : layers) sum += layer.left_out ? 0 : layer.kept;
    return sum;
}

std::vector<nn::MaskedWeight<double>*> SaliencyProblem::weights() const {
    std::vector<nn::MaskedWeight<double>*> all;
    for (const std::size_t k : network->weighted_layers()) all.push_back(network->weight(k));
    return all;
}

}  // namespace espalier::sparsity
