#include <espalier/kernels/sigmoid.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

/// Inputs from -87 to 87, gradients of about 1.
void add_errors(std::size_t features, std::size_t lanes, Stream& stream, WorstError& error) {
    auto in = random_activations<float>(features, lanes, stream);
    const auto grad = random_activations<float>(features, lanes, stream);
    for (std::size_t f = 0; f < features; ++f) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            float& x = in.view().row(f)[lane];
            x = std::clamp(x * static_cast<float>(stream.below(90)), -87.0F, 87.0F);
        }
    }
    Activations<float> out(features, lanes);
    Activations<float> grad_in(features, lanes);
    sigmoid<float>(in.view(), out.view());
    sigmoid_gradient<float>(in.view(), grad.view(), grad_in.view());
    for (std::size_t f = 0; f < features; ++f) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const double x = in.view().row(f)[lane];
            const double g = grad.view().row(f)[lane];
            error.add(out.view().row(f)[lane], 1.0 / (1.0 + std::exp(-x)));
            const double slope = std::exp(-std::abs(x)) / std::pow(1.0 + std::exp(-std::abs(x)), 2);
            if (std::abs(g * slope) > 0x1p-120) error.add(grad_in.view().row(f)[lane], g * slope);
        }
    }
    CHECK(tails_are_zero(out));
    CHECK(tails_are_zero(grad_in));
}

}  // namespace

TEST_CASE("sigmoid: at 0, far out, at infinity and of NaN", "[kernels]") {
    for_each_instruction_set([] {
        constexpr float infinity = std::numeric_limits<float>::infinity();
        const std::vector<float> x{0, 200, -200, infinity, -infinity, std::nanf("")};
        Activations<float> in(1, x.size());
        Activations<float> out(1, x.size());
        std::copy(x.begin(), x.end(), in.view().row(0));
        sigmoid<float>(in.view(), out.view());
        const float* y = out.view().row(0);
        CHECK(y[0] == 0.5F);
        CHECK(y[1] == 1.0F);
        CHECK((y[2] >= 0.0F && y[2] < 0x1p-124F));
        CHECK(y[3] == 1.0F);
        CHECK((y[4] >= 0.0F && y[4] < 0x1p-124F));
        CHECK(std::isnan(y[5]));
        sigmoid_gradient<float>(in.view(), in.view(), out.view());
        CHECK(std::isnan(y[5]));
    });
}

TEST_CASE("sigmoid: value and gradient within their stated error for every width and instruction set", "[kernels]") {
    INFO(seed_text());
    WorstError error;
    for_each_instruction_set([&] {
        Stream stream = test_stream();
        for (std::size_t lanes = 1; lanes <= 100; ++lanes) add_errors(7, lanes, stream, error);
        for (const std::size_t lanes : awkward_lanes) add_errors(20, lanes, stream, error);
        set_threads(2);
        add_errors(5003, 130, stream, error);
        set_threads(1);
    });
    CHECK(error.worst() <= sigmoid_relative_error);
}

TEST_CASE("sigmoid: in place is the same, for any number of threads", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const auto in = random_activations<float>(5000, 101, stream);
    Activations<float> out(5000, 101);
    sigmoid<float>(in.view(), out.view());
    check_equal_bits([&] {
        auto same = in;
        sigmoid<float>(std::as_const(same).view(), same.view());
        CHECK((bytes_of(same) == bytes_of(out)));
        sigmoid_gradient<float>(in.view(), std::as_const(same).view(), same.view());
        return bytes_of(same);
    });
}

}  // namespace espalier::kernels
