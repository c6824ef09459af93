#include <espalier/sparsity/saliency/grasp.hpp>
#include <espalier/sparsity/saliency/loss_gradient.hpp>

#include "sparsity/saliency/problems.hpp"

namespace espalier::sparsity {
using namespace testing;

namespace {

/// A number and its derivative in one direction.
struct Dual {
    double value = 0.0;
    double slope = 0.0;
};
Dual operator+(Dual a, Dual b) {
    return {a.value + b.value, a.slope + b.slope};
}
Dual operator-(Dual a, Dual b) {
    return {a.value - b.value, a.slope - b.slope};
}
Dual operator*(Dual a, Dual b) {
    return {a.value * b.value, a.slope * b.value + a.value * b.slope};
}
Dual operator/(Dual a, Dual b) {
    return {a.value / b.value, (a.slope * b.value - a.value * b.slope) / (b.value * b.value)};
}
Dual exponential(Dual a) {
    return {std::exp(a.value), a.slope * std::exp(a.value)};
}

using Duals = std::vector<Dual>;

/// The gradient of the mean cross-entropy by plain backpropagation in dual numbers: its slopes are the exact product of
/// the Hessian with the direction in the weights' slopes. ReLU between the layers, one sample after the other.
class Twin {
  public:
    Twin(const SaliencyProblem& problem, const std::vector<std::vector<double>>& direction) : problem_(problem) {
        const auto values = weights_of(problem);
        for (std::size_t l = 0; l < values.size(); ++l) {
            weights_.emplace_back();
            for (std::size_t k = 0; k < values[l].size(); ++k) weights_[l].push_back({values[l][k], direction[l][k]});
            gradient_.emplace_back(values[l].size());
        }
    }

    void add(const Samples& samples, double temperature) {
        const std::size_t lanes = samples.labels.size();
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            Duals input;
            for (std::size_t f = 0; f < samples.inputs.view().features; ++f) {
                input.push_back({samples.inputs.view().row(f)[lane], 0.0});
            }
            add_sample(input, samples.labels[lane], temperature, static_cast<double>(lanes));
        }
    }

    const std::vector<Duals>& gradient() const { return gradient_; }

  private:
    void add_sample(const Duals& input, std::uint32_t label, double temperature, double lanes) {
        std::vector<Duals> acts{input};
        for (std::size_t l = 0; l < weights_.size(); ++l) acts.push_back(forward(l, acts.back()));
        Dual sum;
        for (const Dual& logit : acts.back()) sum = sum + exponential(logit / Dual{temperature});
        Duals back;
        for (std::size_t c = 0; c < acts.back().size(); ++c) {
            const Dual probability = exponential(acts.back()[c] / Dual{temperature}) / sum;
            back.push_back((probability - Dual{c == label ? 1.0 : 0.0}) / Dual{temperature * lanes});
        }
        for (std::size_t l = weights_.size(); l-- > 0;) back = backward(l, acts[l], back);
    }

    Duals forward(std::size_t l, const Duals& in) const {
        const auto layer = problem_.network->weighted_layers()[l];
        const auto& bias = problem_.network->table().of(layer)[1].parameter->values;
        Duals out;
        for (std::size_t o = 0; o < bias.size(); ++o) {
            Dual sum{bias[o]};
            for (std::size_t i = 0; i < in.size(); ++i) sum = sum + weights_[l][o * in.size() + i] * in[i];
            const bool is_off = l + 1 < weights_.size() && sum.value < 0.0;
            out.push_back(is_off ? Dual{} : sum);
        }
        return out;
    }

    Duals backward(std::size_t l, const Duals& in, const Duals& at_output) {
        Duals at_input(in.size());
        for (std::size_t o = 0; o < at_output.size(); ++o) {
            for (std::size_t i = 0; i < in.size(); ++i) {
                Dual& place = gradient_[l][o * in.size() + i];
                place = place + at_output[o] * in[i];
                at_input[i] = at_input[i] + at_output[o] * weights_[l][o * in.size() + i];
            }
        }
        for (std::size_t i = 0; i < in.size() && l > 0; ++i) {
            if (in[i].value <= 0.0) at_input[i] = {};
        }
        return at_input;
    }

    const SaliencyProblem& problem_;
    std::vector<Duals> weights_;
    std::vector<Duals> gradient_;
};

/// Exact gradient and product of the Hessian with it.
std::pair<std::vector<std::vector<double>>, std::vector<std::vector<double>>> exact(const SaliencyProblem& problem,
                                                                                    double temperature) {
    const auto part = [&](const std::vector<std::vector<double>>& direction, bool slopes) {
        Twin twin(problem, direction);
        for (const Samples& samples : problem.batches) twin.add(samples, temperature);
        std::vector<std::vector<double>> numbers;
        for (const Duals& layer : twin.gradient()) {
            numbers.emplace_back();
            for (const Dual& number : layer) numbers.back().push_back(slopes ? number.slope : number.value);
        }
        return numbers;
    };
    std::vector<std::vector<double>> none = weights_of(problem);
    for (auto& layer : none) layer.assign(layer.size(), 0.0);
    const auto gradient = part(none, false);
    return {gradient, part(gradient, true)};
}

/// |a - b| / |b| over all layers.
double relative_error(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b) {
    double difference = 0.0;
    double size = 0.0;
    for (std::size_t l = 0; l < b.size(); ++l) {
        REQUIRE(a[l].size() == b[l].size());
        for (std::size_t k = 0; k < b[l].size(); ++k) {
            difference += (a[l][k] - b[l][k]) * (a[l][k] - b[l][k]);
            size += b[l][k] * b[l][k];
        }
    }
    return std::sqrt(difference / size);
}

}  // namespace

TEST_CASE("grasp: gradient and Hessian times gradient against an exact twin in dual numbers", "[sparsity][saliency]") {
    for (std::uint32_t number = 0; number < 10; ++number) {
        const std::vector<std::size_t> hidden =
            number % 2 == 0 ? std::vector<std::size_t>{7} : std::vector<std::size_t>{6, 5};
        const auto made = scored_network({.hidden = hidden, .batches = 2}, number);
        const double temperature = number < 5 ? 200.0 : 1.0;
        INFO(seed_text() << " number " << number << " temperature " << temperature);
        const auto before = weights_of(made->problem);
        const auto [gradient, product] = exact(made->problem, temperature);
        CHECK(relative_error(weight_gradients(made->problem, temperature), gradient) < 1e-13);
        CHECK(relative_error(hessian_gradient_product(made->problem, temperature), product) < 1e-7);
        CHECK(weights_of(made->problem) == before);
    }
}

}  // namespace espalier::sparsity
