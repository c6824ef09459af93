#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/optim/optimizer.hpp>

#include "support.hpp"

namespace espalier::optim {
namespace {

/// Minimises 0.5 * sum of (x - target)^2 from zero.
std::vector<double> minimise(const OptimizerOptions& options, double learning_rate, int steps) {
    const std::vector<double> target{1.0, -2.0, 0.5};
    nn::Parameter<double> x("x", nn::Role::weight, 3);
    prepare<double>(options, {&x});
    for (int step = 0; step < steps; ++step) {
        for (std::size_t k = 0; k < 3; ++k) x.gradient[k] = x.values[k] - target[k];
        update<double>(options, {&x}, learning_rate, step);
    }
    return {x.values.begin(), x.values.end()};
}

}  // namespace

TEST_CASE("optimizer: every kind finds the minimum of a quadratic", "[optim]") {
    OptimizerOptions plain;
    plain.momentum = 0.0;
    OptimizerOptions nesterov;
    nesterov.nesterov = true;
    OptimizerOptions adam;
    adam.kind = OptimizerKind::adam;
    for (const auto& [options, rate] :
         {std::pair{plain, 0.1}, {OptimizerOptions{}, 0.05}, {nesterov, 0.05}, {adam, 0.05}}) {
        const std::vector<double> x = minimise(options, rate, 600);
        CHECK(x[0] == Approx(1.0).epsilon(1e-3));
        CHECK(x[1] == Approx(-2.0).epsilon(1e-3));
        CHECK(x[2] == Approx(0.5).epsilon(1e-3));
    }
}

TEST_CASE("optimizer: state arrays are as many as the kind needs", "[optim]") {
    OptimizerOptions options;
    CHECK(state_arrays(options) == 1);
    options.momentum = 0.0;
    CHECK(state_arrays(options) == 0);
    options.kind = OptimizerKind::adam;
    CHECK(state_arrays(options) == 2);
    CHECK_THROWS_AS(choice(optimizers(), "lamb", "optimizer"), ConfigError);
}

TEST_CASE("optimizer: Adam's second step by hand", "[optim]") {
    // gradients 1 and 3: m = 0.1, then 0.39; v = 0.001, then 0.009999
    OptimizerOptions options;
    options.kind = OptimizerKind::adam;
    nn::Parameter<double> x("x", nn::Role::weight, 1);
    prepare<double>(options, {&x});
    x.gradient[0] = 1.0;
    update<double>(options, {&x}, 0.1, 0);
    CHECK(x.values[0] == Approx(-0.1));
    x.gradient[0] = 3.0;
    update<double>(options, {&x}, 0.1, 1);
    const double m = 0.39 / (1 - 0.81);
    const double v = 0.009999 / (1 - 0.998001);
    CHECK(x.values[0] == Approx(-0.1 - 0.1 * m / (std::sqrt(v) + 1e-8)));
}

}  // namespace espalier::optim
