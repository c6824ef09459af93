#include <cmath>

#include <boost/random/uniform_01.hpp>

#include <espalier/sparsity/saliency/magnitude.hpp>
#include <espalier/sparsity/saliency/ranking.hpp>

namespace espalier::sparsity {

SaliencyMasks magnitude(const SaliencyProblem& problem) {
    const std::vector<nn::MaskedWeight<double>*> weights = problem.weights();
    LayerScores scores;
    for (std::size_t l = 0; l < problem.layers.size(); ++l) {
        scores.emplace_back();
        if (problem.layers[l].left_out) continue;
        for (const double value : weights[l]->parameter().values) scores.back().push_back(std::abs(value));
    }
    return {keep_best(problem, std::move(scores))};
}

SaliencyMasks random_positions(const SaliencyProblem& problem) {
    LayerScores scores;
    for (std::size_t l = 0; l < problem.layers.size(); ++l) {
        scores.emplace_back();
        if (problem.layers[l].left_out) continue;
        Stream stream(problem.seed, Purpose::score_noise, static_cast<std::uint32_t>(l));
        boost::random::uniform_01<double> uniform;
        for (std::size_t k = positions(problem.layers[l].shape); k > 0; --k) scores.back().push_back(uniform(stream));
    }
    return {keep_best(problem, std::move(scores))};
}

}  // namespace espalier::sparsity
