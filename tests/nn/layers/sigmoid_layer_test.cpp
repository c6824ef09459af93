#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/layers/sigmoid_layer.hpp>
#include <espalier/nn/models/models.hpp>

#include "nn/gradient_check.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("sigmoid layer: gradient of the input", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Sigmoid<double> layer("s", 9);
    check_gradients(layer, 40, stream);
}

TEST_CASE("sigmoid layer: a dropout behind it, which works in place, leaves its gradient right", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const NetworkSpec spec = mlp_spec({{8}, {.kind = &activation("sigmoid")}, 0.4}, 6, 5);
    Network<double> network = build<double>(spec, {Pattern::full(8, 6), Pattern::full(5, 8)}, {});
    const auto in = random_activations<double>(6, 20, stream);
    const auto weights = random_activations<double>(5, 20, stream);
    const Pass pass{true, 3, 5};
    Workspace<double> workspace;
    const auto objective = [&] {
        const auto out = network.forward(workspace, in.view(), pass);
        double sum = 0.0;
        for (std::size_t f = 0; f < 5; ++f) {
            for (std::size_t lane = 0; lane < 20; ++lane) sum += out.row(f)[lane] * weights.view().row(f)[lane];
        }
        return sum;
    };
    objective();
    const auto gradient = network.output_gradient(workspace);
    for (std::size_t f = 0; f < 5; ++f) std::copy_n(weights.view().row(f), 20, gradient.row(f));
    network.backward(workspace, pass);
    Parameter<double>& parameter = *network.table().trained().front();
    const AlignedVector<double> analytic = parameter.gradient;
    for (std::size_t k = 0; k < analytic.size(); ++k) {
        const double before = parameter.values[k];
        parameter.values[k] = before + 1e-6;
        const double up = objective();
        parameter.values[k] = before - 1e-6;
        const double down = objective();
        parameter.values[k] = before;
        CHECK(analytic[k] == Approx((up - down) / 2e-6).margin(gradient_tolerance));
    }
}

}  // namespace espalier::nn
