#include <cmath>

#include <espalier/nn/activation_choice.hpp>
#include <espalier/nn/leaky_relu_layer.hpp>
#include <espalier/nn/sigmoid_layer.hpp>
#include <espalier/nn/srelu_layer.hpp>

namespace espalier::nn {

const std::vector<Named>& activations() {
    static const std::vector<Named> table = {
        {"relu", "max(x, 0)", ""},
        {"leaky_relu", "x, or model.leaky_slope * x below 0", ""},
        {"srelu", "identity between two trained thresholds, trained slopes outside", "Jin et al., AAAI 2016"},
        {"all_relu", "x, or model.all_relu_slope * x below 0 with sign - behind odd and + behind even hidden layers",
         "Curci et al., arXiv 2102.01732; parity as in their program"},
        {"sigmoid", "1 / (1 + exp(-x))", ""},
    };
    return table;
}

double ActivationChoice::slope(std::size_t number) const {
    if (kind == "leaky_relu") return leaky_slope;
    if (kind == "all_relu") return number % 2 == 1 ? -all_relu_slope : all_relu_slope;
    return 0.0;
}

double ActivationChoice::gain(std::size_t number) const {
    if (kind == "sigmoid") return 1.0;
    const double left = slope(number);
    return std::sqrt(2.0 / (1.0 + left * left));
}

template <class T>
std::unique_ptr<Layer<T>> make_activation(const ActivationChoice& choice, std::size_t number, std::size_t features,
                                          const Stream& stream) {
    find_named(activations(), choice.kind, "model.activation");
    const std::string name = choice.kind + std::to_string(number);
    if (choice.kind == "srelu") {
        auto layer = std::make_unique<Srelu<T>>(name, features);
        layer->initialise(stream);
        return layer;
    }
    if (choice.kind == "sigmoid") return std::make_unique<Sigmoid<T>>(name, features);
    return std::make_unique<LeakyRelu<T>>(name, choice.kind, features, choice.slope(number));
}

template std::unique_ptr<Layer<float>> make_activation(const ActivationChoice&, std::size_t, std::size_t,
                                                       const Stream&);
template std::unique_ptr<Layer<double>> make_activation(const ActivationChoice&, std::size_t, std::size_t,
                                                        const Stream&);

}  // namespace espalier::nn
