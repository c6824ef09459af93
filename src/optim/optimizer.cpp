#include <cmath>
#include <span>

#include <espalier/kernels/optimizer_step.hpp>
#include <espalier/optim/optimizer.hpp>

namespace espalier::optim {
namespace {

template <class T>
void sgd_update(const OptimizerOptions& options, nn::Parameter<T>& parameter, double learning_rate) {
    const kernels::SgdArguments<T> arguments{static_cast<T>(learning_rate), static_cast<T>(options.momentum),
                                             static_cast<T>(options.weight_decay), options.nesterov};
    const std::span<T> velocity = parameter.state.empty() ? std::span<T>{} : std::span<T>(parameter.state[0]);
    kernels::sgd_step<T>(parameter.values, parameter.gradient, velocity, arguments);
}

template <class T>
void adam_update(const OptimizerOptions& options, nn::Parameter<T>& parameter, double learning_rate,
                 std::int64_t step) {
    const auto t = static_cast<double>(step + 1);
    const kernels::AdamArguments<T> arguments{static_cast<T>(learning_rate),
                                              static_cast<T>(options.beta_1),
                                              static_cast<T>(options.beta_2),
                                              static_cast<T>(options.epsilon),
                                              static_cast<T>(options.weight_decay),
                                              static_cast<T>(1.0 - options.beta_1),
                                              static_cast<T>(1.0 - options.beta_2),
                                              static_cast<T>(1.0 - std::pow(options.beta_1, t)),
                                              static_cast<T>(1.0 - std::pow(options.beta_2, t))};
    kernels::adam_step<T>(parameter.values, parameter.gradient, parameter.state[0], parameter.state[1], arguments);
}

}  // namespace

const std::vector<Choice<OptimizerKind>>& optimizers() {
    static const std::vector<Choice<OptimizerKind>> table = {
        {{"sgd", "stochastic gradient descent with momentum, Nesterov's on request", ""}, OptimizerKind::sgd},
        {{"adam", "adaptive moments; weight decay is added to the gradient", "Kingma and Ba, ICLR 2015"},
         OptimizerKind::adam},
    };
    return table;
}

std::size_t state_arrays(const OptimizerOptions& options) {
    if (options.kind == OptimizerKind::adam) return 2;
    return options.momentum == 0.0 ? 0 : 1;
}

template <class T>
void prepare(const OptimizerOptions& options, const std::vector<nn::Parameter<T>*>& parameters) {
    const std::size_t arrays = state_arrays(options);
    for (nn::Parameter<T>* parameter : parameters) {
        parameter->state.clear();
        // Made in place: a copy of a zero array would be the peak of a run's memory.
        for (std::size_t k = 0; k < arrays; ++k) parameter->state.emplace_back(parameter->values.size());
    }
}

template <class T>
void update(const OptimizerOptions& options, const std::vector<nn::Parameter<T>*>& parameters, double learning_rate,
            std::int64_t step) {
    for (nn::Parameter<T>* parameter : parameters) {
        if (options.kind == OptimizerKind::adam) {
            adam_update(options, *parameter, learning_rate, step);
        } else {
            sgd_update(options, *parameter, learning_rate);
        }
    }
}

template void prepare(const OptimizerOptions&, const std::vector<nn::Parameter<float>*>&);
template void prepare(const OptimizerOptions&, const std::vector<nn::Parameter<double>*>&);
template void update(const OptimizerOptions&, const std::vector<nn::Parameter<float>*>&, double, std::int64_t);
template void update(const OptimizerOptions&, const std::vector<nn::Parameter<double>*>&, double, std::int64_t);

}  // namespace espalier::optim
