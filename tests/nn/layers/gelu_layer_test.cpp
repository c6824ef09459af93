#include <cmath>

#include <espalier/kernels/gelu.hpp>
#include <espalier/nn/layers/gelu_layer.hpp>

#include "nn/gradient_check.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("GELU layer: gradient of the input", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Gelu<double> layer("act", 9);
    check_gradients(layer, 40, stream);
}

TEST_CASE("GELU layer: values of the normal distribution, and exact ends", "[nn]") {
    // x * Phi(x) by tables of the normal distribution.
    const std::vector<std::pair<double, double>> known = {
        {0.0, 0.0}, {1.0, 0.8413447460685429}, {-1.0, -0.15865525393145707}, {2.0, 1.9544997361036416}};
    kernels::Activations<double> in(known.size() + 2, 1);
    kernels::Activations<double> out(known.size() + 2, 1);
    for (std::size_t k = 0; k < known.size(); ++k) in.view().row(k)[0] = known[k].first;
    in.view().row(known.size())[0] = 40.0;
    in.view().row(known.size() + 1)[0] = -40.0;
    kernels::gelu<double>(std::as_const(in).view(), out.view());
    for (std::size_t k = 0; k < known.size(); ++k)
        CHECK(out.view().row(k)[0] == Approx(known[k].second).epsilon(1e-12).margin(1e-15));
    CHECK(out.view().row(known.size())[0] == 40.0);
    CHECK(out.view().row(known.size() + 1)[0] == 0.0);
    CHECK(tails_are_zero(out));
}

TEST_CASE("GELU layer: single precision is the function rounded", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const auto in = random_activations<float>(50, 33, stream);
    kernels::Activations<float> out(50, 33);
    kernels::gelu<float>(in.view(), out.view());
    for (std::size_t f = 0; f < 50; ++f) {
        for (std::size_t lane = 0; lane < 33; ++lane) {
            const double x = in.view().row(f)[lane];
            CHECK(out.view().row(f)[lane] == Approx(x * 0.5 * std::erfc(-x / std::sqrt(2.0))).margin(2e-7));
        }
    }
}

}  // namespace espalier::nn
