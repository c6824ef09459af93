#include <espalier/kernels/relu.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;

TEST_CASE("leaky relu: value and gradient by definition, for slopes of either sign", "[kernels]") {
    INFO(seed_text());
    for_each_instruction_set([] {
        Stream stream = test_stream();
        for (const std::size_t lanes : awkward_lanes) {
            for (const float slope : {0.0F, 0.01F, -0.6F}) {
                const auto in = random_activations<float>(5, lanes, stream);
                const auto grad = random_activations<float>(5, lanes, stream);
                Activations<float> out(5, lanes);
                Activations<float> grad_in(5, lanes);
                leaky_relu<float>(in.view(), out.view(), slope);
                leaky_relu_gradient<float>(in.view(), grad.view(), grad_in.view(), slope);
                for (std::size_t f = 0; f < 5; ++f) {
                    for (std::size_t lane = 0; lane < lanes; ++lane) {
                        const float x = in.view().row(f)[lane];
                        CHECK(out.view().row(f)[lane] == (x > 0 ? x : slope * x));
                        CHECK(grad_in.view().row(f)[lane] == (x > 0 ? 1.0F : slope) * grad.view().row(f)[lane]);
                    }
                }
                CHECK(tails_are_zero(out));
                CHECK(tails_are_zero(grad_in));
            }
        }
    });
}

TEST_CASE("leaky relu: in place is the same, and the output's sign serves the gradient", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    auto in = random_activations<float>(4, 20, stream);
    const auto grad = random_activations<float>(4, 20, stream);
    Activations<float> out(4, 20);
    Activations<float> expected(4, 20);
    leaky_relu<float>(in.view(), out.view(), 0.1F);
    leaky_relu_gradient<float>(in.view(), grad.view(), expected.view(), 0.1F);
    leaky_relu<float>(in.view(), in.view(), 0.1F);
    CHECK((bytes_of(in) == bytes_of(out)));
    auto in_place = grad;
    leaky_relu_gradient<float>(out.view(), in_place.view(), in_place.view(), 0.1F);
    CHECK((bytes_of(in_place) == bytes_of(expected)));
}

TEST_CASE("leaky relu: one rounding at most, for every width and instruction set", "[kernels]") {
    INFO(seed_text());
    WorstError error;
    const auto check = [&](std::size_t features, std::size_t lanes, float slope, Stream& stream) {
        const auto in = random_activations<float>(features, lanes, stream);
        const auto grad = random_activations<float>(features, lanes, stream);
        Activations<float> out(features, lanes);
        Activations<float> grad_in(features, lanes);
        leaky_relu<float>(in.view(), out.view(), slope);
        leaky_relu_gradient<float>(in.view(), grad.view(), grad_in.view(), slope);
        for (std::size_t f = 0; f < features; ++f) {
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                const double x = in.view().row(f)[lane];
                const double by = x > 0 ? 1.0 : double{slope};
                error.add(out.view().row(f)[lane], by * x);
                error.add(grad_in.view().row(f)[lane], by * grad.view().row(f)[lane]);
            }
        }
    };
    for_each_instruction_set([&] {
        Stream stream = test_stream();
        for (const float slope : {0.0F, 0.01F, -0.6F}) {
            for (std::size_t lanes = 1; lanes <= 100; ++lanes) check(3, lanes, slope, stream);
            for (const std::size_t lanes : awkward_lanes) check(5, lanes, slope, stream);
        }
        set_threads(2);
        check(4003, 130, 0.3F, stream);
        set_threads(1);
    });
    CHECK(error.worst() <= leaky_relu_relative_error);
}

}  // namespace espalier::kernels
