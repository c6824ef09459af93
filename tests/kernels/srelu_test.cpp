#include <espalier/kernels/srelu.hpp>

#include "kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;

TEST_CASE("srelu: below, between and above the thresholds", "[kernels]") {
    // thresholds -1 and -1 + |-3| = 2, slopes 0.5 and 2
    for_each_instruction_set([] {
        const float left = -1, left_slope = 0.5F, right = -3, right_slope = 2;
        const SreluArrays<const float> p{&left, &left_slope, &right, &right_slope};
        const std::vector<float> x{-3, -1, 0, 1.5F, 2, 4};
        const std::vector<float> expected{-2, -1, 0, 1.5F, 2, 6};
        Activations<float> in(1, x.size());
        std::copy(x.begin(), x.end(), in.view().row(0));
        Activations<float> out(1, x.size());
        srelu<float>(in.view(), out.view(), p);
        for (std::size_t lane = 0; lane < x.size(); ++lane) CHECK(out.view().row(0)[lane] == expected[lane]);
        CHECK(tails_are_zero(out));

        Activations<float> ones(1, x.size());
        std::fill_n(ones.view().row(0), x.size(), 1.0F);
        Activations<float> grad_in(1, x.size());
        float d_left = 0, d_left_slope = 0, d_right = 0, d_right_slope = 0;
        srelu_gradient<float>(in.view(), ones.view(), grad_in.view(), p,
                              {&d_left, &d_left_slope, &d_right, &d_right_slope});
        const std::vector<float> slopes{0.5F, 0.5F, 1, 1, 2, 2};
        for (std::size_t lane = 0; lane < x.size(); ++lane) CHECK(grad_in.view().row(0)[lane] == slopes[lane]);
        CHECK(d_left == 2 * 0.5F + 2 * -1.0F);  // two lanes below, two above, whose threshold moves along
        CHECK(d_left_slope == -2.0F);
        CHECK(d_right == 2.0F);  // the stored threshold is negative: its absolute value shrinks as it grows
        CHECK(d_right_slope == 2.0F);
    });
}

TEST_CASE("srelu: equal bits for 1, 2 and 4 threads", "[kernels]") {
    Stream stream = test_stream();
    const auto in = random_activations<float>(5000, 100, stream);
    const std::vector<float> t(5000, 0.1F), a(5000, 0.3F);
    check_equal_bits([&] {
        std::vector<float> gradients(20000);
        float* g = gradients.data();
        Activations<float> grad_in(5000, 100);
        srelu_gradient<float>(in.view(), in.view(), grad_in.view(), {t.data(), a.data(), t.data(), a.data()},
                              {g, g + 5000, g + 10000, g + 15000});
        return bytes_of(gradients);
    });
}

}  // namespace espalier::kernels
