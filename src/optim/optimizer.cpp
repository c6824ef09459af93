#include <cmath>
#include <span>

#include <espalier/kernels/optimizer_step.hpp>
#include <espalier/nn/parameters/pieces.hpp>
#include <espalier/optim/optimizer.hpp>

namespace espalier::optim {
namespace {

template <class T>
std::span<T> part(AlignedVector<T>& array, const nn::Piece<T>& piece) {
    return std::span<T>(array).subspan(piece.begin, piece.size());
}

/// Of an array that has what this rank holds alone.
template <class T>
std::span<T> held_part(AlignedVector<T>& state, const nn::Piece<T>& piece) {
    return std::span<T>(state).subspan(piece.begin - piece.parameter->held().begin, piece.size());
}

/// body(piece) for all whose state is held here.
template <class T, class Body>
void for_held(std::span<nn::Parameter<T>* const> parameters, std::size_t arrays, const Body& body) {
    nn::for_pieces<T>(
        parameters, arrays, [](const nn::Parameter<T>& parameter) { return parameter.held(); }, body);
}

bool has_adam_moments(const OptimizerOptions& options) {
    return options.kind != OptimizerKind::sgd;
}

/// Of this parameter.
template <class T>
double decay_of(const OptimizerOptions& options, const nn::Parameter<T>& parameter) {
    const bool decays = !options.decays_weights_alone || parameter.role == nn::Role::weight;
    return decays ? options.weight_decay : 0.0;
}

template <class T>
kernels::SgdArguments<T> sgd_arguments(const OptimizerOptions& options, double learning_rate) {
    return {static_cast<T>(learning_rate), static_cast<T>(options.momentum), static_cast<T>(options.weight_decay),
            options.nesterov};
}

template <class T>
kernels::AdamArguments<T> adam_arguments(const OptimizerOptions& options, double learning_rate, std::int64_t step) {
    const auto t = static_cast<double>(step + 1);
    return {static_cast<T>(learning_rate),
            static_cast<T>(options.beta_1),
            static_cast<T>(options.beta_2),
            static_cast<T>(options.epsilon),
            static_cast<T>(options.weight_decay),
            static_cast<T>(1.0 - options.beta_1),
            static_cast<T>(1.0 - options.beta_2),
            static_cast<T>(1.0 - std::pow(options.beta_1, t)),
            static_cast<T>(1.0 - std::pow(options.beta_2, t))};
}

}  // namespace

const std::vector<Choice<OptimizerKind>>& optimizers() {
    static const std::vector<Choice<OptimizerKind>> table = {
        {{"sgd", "stochastic gradient descent with momentum, Nesterov's on request", ""}, OptimizerKind::sgd},
        {{"adam", "adaptive moments; weight decay is added to the gradient", "Kingma and Ba, ICLR 2015"},
         OptimizerKind::adam},
        {{"adamw", "the same; weight decay is no part of the gradient: weights shrink by learning_rate * weight_decay",
          "Loshchilov and Hutter, ICLR 2019"},
         OptimizerKind::adamw},
    };
    return table;
}

std::size_t state_arrays(const OptimizerOptions& options) {
    if (has_adam_moments(options)) return 2;
    return options.momentum == 0.0 ? 0 : 1;
}

template <class T>
void prepare(const OptimizerOptions& options, const std::vector<nn::Parameter<T>*>& parameters) {
    const std::size_t arrays = state_arrays(options);
    for (nn::Parameter<T>* parameter : parameters) {
        parameter->state.clear();
        // Made in place: a copy of a zero array would be the peak of a run's memory.
        for (std::size_t k = 0; k < arrays; ++k) parameter->state.emplace_back(parameter->held().size());
    }
}

template <class T>
void update(const OptimizerOptions& options, const std::vector<nn::Parameter<T>*>& parameters, double learning_rate,
            std::int64_t step) {
    const std::size_t arrays = 2 + state_arrays(options);
    if (has_adam_moments(options)) {
        const bool is_decoupled = options.kind == OptimizerKind::adamw;
        const auto common = adam_arguments<T>(options, learning_rate, step);
        for_held<T>(parameters, arrays, [&](const nn::Piece<T>& piece) {
            nn::Parameter<T>& p = *piece.parameter;
            const double decay = decay_of(options, p);
            auto arguments = common;
            arguments.weight_decay = static_cast<T>(is_decoupled ? 0.0 : decay);
            if (is_decoupled && decay != 0.0) {
                const auto factor = static_cast<T>(1.0 - learning_rate * decay);
                for (T& value : part(p.values, piece)) value *= factor;
            }
            kernels::adam_step<T>(part(p.values, piece), part(p.gradient, piece), held_part(p.state[0], piece),
                                  held_part(p.state[1], piece), arguments);
        });
        return;
    }
    const auto common = sgd_arguments<T>(options, learning_rate);
    for_held<T>(parameters, arrays, [&](const nn::Piece<T>& piece) {
        nn::Parameter<T>& p = *piece.parameter;
        auto arguments = common;
        arguments.weight_decay = static_cast<T>(decay_of(options, p));
        const std::span<T> velocity = p.state.empty() ? std::span<T>{} : held_part(p.state[0], piece);
        kernels::sgd_step<T>(part(p.values, piece), part(p.gradient, piece), velocity, arguments);
    });
}

template void prepare(const OptimizerOptions&, const std::vector<nn::Parameter<float>*>&);
template void prepare(const OptimizerOptions&, const std::vector<nn::Parameter<double>*>&);
template void update(const OptimizerOptions&, const std::vector<nn::Parameter<float>*>&, double, std::int64_t);
template void update(const OptimizerOptions&, const std::vector<nn::Parameter<double>*>&, double, std::int64_t);

}  // namespace espalier::optim
