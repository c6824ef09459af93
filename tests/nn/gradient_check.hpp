#pragma once

#include <cmath>
#include <span>
#include <vector>

#include <espalier/nn/graph/network.hpp>

#include "kernels/kernel_support.hpp"
#include "layer_arrays.hpp"

namespace espalier::testing {

/// What every layer's gradients are held to, against central differences in double.
inline constexpr double gradient_tolerance = 1e-6;

/// Checks all gradients of a layer (parameters and inputs) against finite differences of the sum of its output times
/// fixed random numbers. Away from kinks: inputs closer than a step to one would need luck, so callers use random
/// inputs.
inline void check_gradients(nn::Layer<double>& layer, std::size_t lanes, Stream stream,
                            const nn::Pass& pass = {true, 3, 5}) {
    std::vector<kernels::Activations<double>> in;
    std::vector<kernels::Activations<double>> grad_in;
    for (std::size_t k = 0; k < layer.arity(); ++k) {
        in.push_back(random_activations<double>(layer.inputs(), lanes, stream));
        grad_in.emplace_back(layer.inputs(), lanes);
    }
    std::vector<kernels::View<const double>> inputs;
    std::vector<kernels::View<double>> gradients;
    for (std::size_t k = 0; k < layer.arity(); ++k) {
        inputs.push_back(in[k].view());
        gradients.push_back(grad_in[k].view());
    }
    const auto weights = random_activations<double>(layer.outputs(), lanes, stream);
    nn::Cache<double> cache;
    kernels::Activations<double> out(layer.outputs(), lanes);
    const auto objective = [&] {
        layer.forward_node(inputs, out.view(), cache, pass);
        double sum = 0.0;
        for (std::size_t f = 0; f < layer.outputs(); ++f) {
            for (std::size_t lane = 0; lane < lanes; ++lane)
                sum += out.view().row(f)[lane] * weights.view().row(f)[lane];
        }
        return sum;
    };
    const auto slope = [&](double& x) {
        const double h = 1e-6;
        const double before = x;
        x = before + h;
        const double up = objective();
        x = before - h;
        const double down = objective();
        x = before;
        return (up - down) / (2 * h);
    };
    objective();
    CHECK(tails_are_zero(out));
    layer.backward_node(inputs, std::as_const(out).view(), weights.view(), gradients, cache, pass);
    double worst = 0.0;
    const auto compare = [&](double analytic, double numeric) {
        worst = std::max(worst, std::abs(analytic - numeric) / std::max(1.0, std::abs(numeric)));
    };
    for (std::size_t k = 0; k < layer.arity(); ++k) {
        CHECK(tails_are_zero(grad_in[k]));
        for (std::size_t f = 0; f < layer.inputs(); ++f) {
            for (std::size_t lane = 0; lane < lanes; ++lane)
                compare(gradients[k].row(f)[lane], slope(in[k].view().row(f)[lane]));
        }
    }
    for (nn::Parameter<double>* parameter : arrays_of(layer)) {
        if (!parameter->is_trained()) continue;
        for (std::size_t k = 0; k < parameter->values.size(); ++k)
            compare(parameter->gradient[k], slope(parameter->values[k]));
    }
    CHECK(worst <= gradient_tolerance);
}

/// Random values into every parameter of a layer.
inline void randomise(nn::Layer<double>& layer, Stream& stream) {
    for (nn::Parameter<double>* parameter : arrays_of(layer)) {
        const std::vector<double> values = random_values(parameter->values.size(), stream);
        parameter->values.assign(values.begin(), values.end());
    }
}

}  // namespace espalier::testing
