#include <cmath>

#include <espalier/nn/models/activation_choice.hpp>

namespace espalier::nn {
namespace {

double no_slope(const ActivationChoice&, std::size_t) {
    return 0.0;
}

double leaky_slope(const ActivationChoice& choice, std::size_t) {
    return choice.leaky_slope;
}

double alternating_slope(const ActivationChoice& choice, std::size_t number) {
    return number % 2 == 1 ? -choice.all_relu_slope : choice.all_relu_slope;
}

}  // namespace

const std::vector<Activation>& activations() {
    static const std::vector<Activation> table = {
        {{"relu", "max(x, 0)", ""}, no_slope, true, 0},
        {{"leaky_relu", "x, or model.leaky_slope * x below 0", ""}, leaky_slope, true, 0},
        {{"srelu", "identity between two trained thresholds, trained slopes outside", "Jin et al., AAAI 2016"},
         no_slope,
         true,
         4},
        {{"all_relu", "x, or model.all_relu_slope * x below 0 with sign - behind odd and + behind even hidden layers",
          "Curci et al., arXiv 2102.01732; parity as in their program"},
         alternating_slope,
         true,
         0},
        {{"sigmoid", "1 / (1 + exp(-x))", ""}, no_slope, false, 0},
    };
    return table;
}

const Activation& activation(std::string_view name) {
    return find_named(activations(), name, "activation");
}

double ActivationChoice::slope(std::size_t number) const {
    return kind->slope(*this, number);
}

double ActivationChoice::gain(std::size_t number) const {
    if (!kind->is_rectifier) return 1.0;
    const double left = slope(number);
    return std::sqrt(2.0 / (1.0 + left * left));
}

NodeSpec activation_spec(const ActivationChoice& choice, std::size_t number, std::size_t features) {
    return {.name = choice.kind->name + std::to_string(number),
            .kind = choice.kind->name,
            .outputs = features,
            .others = choice.kind->trained_a_feature * features,
            .slope = choice.slope(number)};
}

}  // namespace espalier::nn
