#include <cmath>

#include <espalier/kernels/optimizer_step.hpp>

#include "kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;

TEST_CASE("sgd step: two steps by hand, with momentum, Nesterov and weight decay", "[kernels]") {
    // w = 1, g = 0.5, decay 0.1: g' = 0.6, v = 0.6; plain step w = 1 - 0.1 * 0.6
    for_each_instruction_set([] {
        std::vector<double> w{1.0}, v{0.0};
        const std::vector<double> g{0.5};
        sgd_step<double>(w, g, v, {0.1, 0.9, 0.1, false});
        CHECK(w[0] == Approx(0.94));
        sgd_step<double>(w, g, v, {0.1, 0.9, 0.1, false});  // g' = 0.594, v = 0.54 + 0.594 = 1.134
        CHECK(v[0] == Approx(1.134));
        CHECK(w[0] == Approx(0.94 - 0.1134));

        std::vector<double> nesterov{1.0}, velocity{0.0};
        sgd_step<double>(nesterov, g, velocity, {0.1, 0.9, 0.0, true});
        CHECK(nesterov[0] == Approx(1.0 - 0.1 * (0.5 + 0.9 * 0.5)));

        std::vector<double> plain{1.0};
        sgd_step<double>(plain, g, {}, {0.1, 0.9, 0.0, false});
        CHECK(plain[0] == Approx(0.95));
    });
}

TEST_CASE("adam step: the first step moves by the learning rate against the gradient's sign", "[kernels]") {
    for_each_instruction_set([] {
        std::vector<float> w{1.0F, 1.0F}, m{0, 0}, v{0, 0};
        const std::vector<float> g{3.0F, -0.02F};
        adam_step<float>(w, g, m, v, {0.01F, 0.9F, 0.999F, 1e-8F, 0.0F, 0.1F, 0.001F, 0.1F, 0.001F});
        CHECK(w[0] == Approx(0.99));
        CHECK(w[1] == Approx(1.01));
        CHECK(m[0] == Approx(0.3));
        CHECK(v[0] == Approx(0.009));
    });
}

TEST_CASE("optimizer steps: every instruction set agrees with double to rounding, equal bits for any threads",
          "[kernels]") {
    INFO(seed_text());
    for_each_instruction_set([] {
        Stream stream = test_stream();
        const std::size_t count = 600003;
        const std::vector<double> start = random_values(count, stream);
        const std::vector<double> gradient = random_values(count, stream);
        const std::vector<float> g(gradient.begin(), gradient.end());
        const auto run = [&] {
            std::vector<float> w(start.begin(), start.end()), m(count), v(count);
            for (int k = 1; k < 4; ++k) {
                const auto b1 = static_cast<float>(1 - std::pow(0.9, k));
                const auto b2 = static_cast<float>(1 - std::pow(0.999, k));
                adam_step<float>(w, g, m, v, {0.01F, 0.9F, 0.999F, 1e-8F, 1e-4F, 0.1F, 0.001F, b1, b2});
                sgd_step<float>(w, g, m, {0.01F, 0.9F, 1e-4F, true});
            }
            return w;
        };
        std::vector<double> w = start, m(count), v(count);
        for (int k = 1; k < 4; ++k) {
            adam_step<double>(w, gradient, m, v,
                              {0.01, 0.9, 0.999, 1e-8, 1e-4, 0.1, 0.001, 1 - std::pow(0.9, k), 1 - std::pow(0.999, k)});
            sgd_step<double>(w, gradient, m, {0.01, 0.9, 1e-4, true});
        }
        const std::vector<float> got = run();
        double worst = 0.0;
        for (std::size_t k = 0; k < count; ++k) worst = std::max(worst, std::abs(got[k] - w[k]));
        CHECK(worst < 2e-5);
        check_equal_bits([&] { return bytes_of(run()); });
    });
}

}  // namespace espalier::kernels
