#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/saliency/ranking.hpp>
#include <espalier/sparsity/saliency/synflow.hpp>

namespace espalier::sparsity {
namespace {

/// log2 of about what the network does to an input of ones: the product of the layers' mean row sums.
double estimated_exponent(const std::vector<nn::MaskedWeight<double>*>& weights) {
    double exponent = 0.0;
    for (const nn::MaskedWeight<double>* weight : weights) {
        const AlignedVector<double>& values = weight->parameter().values;
        const double sum = std::accumulate(values.begin(), values.end(), 0.0);
        if (sum > 0.0) exponent += std::log2(sum / static_cast<double>(weight->pattern().rows()));
    }
    return exponent;
}

bool is_chain(const nn::Network<double>& network) {
    for (std::size_t k = 0; k < network.size(); ++k) {
        if (network.inputs_of(k) != std::vector<std::size_t>{k - 1}) return false;
    }
    return true;
}

/// What has not the unit of the signal. Statistics count as such: of a network at its start they are 0 and 1.
bool is_ratio(nn::Role role) {
    return role == nn::Role::slope || role == nn::Role::scale || role == nn::Role::statistic;
}

/// The network with absolute values, until the end of the scope.
class AbsoluteNetwork {
  public:
    explicit AbsoluteNetwork(const SaliencyProblem& problem) : network_(*problem.network) {
        for (nn::Parameter<double>* parameter : network_.table().trained()) {
            signed_.push_back(parameter->values);
            for (double& value : parameter->values) value = std::abs(value);
        }
        keep_in_range(problem.weights());
    }
    AbsoluteNetwork(const AbsoluteNetwork&) = delete;
    AbsoluteNetwork& operator=(const AbsoluteNetwork&) = delete;
    ~AbsoluteNetwork() {
        const std::vector<nn::Parameter<double>*> parameters = network_.table().trained();
        for (std::size_t p = 0; p < parameters.size(); ++p) parameters[p]->values = signed_[p];
    }

  private:
    void keep_in_range(const std::vector<nn::MaskedWeight<double>*>& weights) {
        constexpr double safe_exponent = 500.0;
        const double exponent = estimated_exponent(weights);
        if (std::abs(exponent) < safe_exponent) return;
        if (!is_chain(network_)) {  // ways of different lengths cannot be brought into range together
            throw ConfigError(
                "sparsity.init = \"synflow\": the flow through so many layers leaves the range of numbers, and "
                "only that of a chain can be brought back; choose another init or fewer layers");
        }
        const auto layers = static_cast<double>(weights.size());
        const int factor = static_cast<int>(-std::round(exponent / layers));
        int power = 0;
        for (const nn::ParameterEntry<double>& entry : network_.table().entries()) {
            if (entry.weight != nullptr) power += factor;
            if (is_ratio(entry.parameter->role)) continue;
            for (double& value : entry.parameter->values)
                value = std::ldexp(value, entry.weight != nullptr ? factor : power);
        }
    }

    nn::Network<double>& network_;
    std::vector<AlignedVector<double>> signed_;
};

void fill(kernels::View<double> view, double value) {
    for (std::size_t f = 0; f < view.features; ++f) std::fill(view.row(f), view.row(f) + view.lanes, value);
}

}  // namespace

LayerScores synflow_scores(const SaliencyProblem& problem) {
    const AbsoluteNetwork absolute(problem);
    nn::Network<double>& network = *problem.network;
    kernels::Activations<double> ones(network.inputs(), 1);
    fill(ones.view(), 1.0);
    nn::Workspace<double> workspace;
    const nn::Pass pass{.training = true, .without_noise = true, .running_statistics = true};
    network.forward(workspace, std::as_const(ones).view(), pass);
    fill(network.output_gradient(workspace), 1.0);
    network.backward(workspace, pass);
    LayerScores scores;
    const std::vector<nn::MaskedWeight<double>*> weights = problem.weights();
    for (std::size_t l = 0; l < weights.size(); ++l) {
        scores.emplace_back();
        if (problem.layers[l].left_out) continue;
        const nn::Parameter<double>& parameter = weights[l]->parameter();
        for (std::size_t k = 0; k < parameter.values.size(); ++k) {
            scores.back().push_back(std::abs(parameter.values[k] * parameter.gradient[k]));
        }
    }
    return scores;
}

SaliencyMasks synflow(const SaliencyProblem& problem) {
    return {keep_best_by_passes(problem, true, [&](const auto&) { return synflow_scores(problem); })};
}

}  // namespace espalier::sparsity
