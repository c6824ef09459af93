#include <cmath>

#include <espalier/base/error.hpp>
#include <espalier/kernels/loss.hpp>

#include "kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;

TEST_CASE("cross-entropy: two lanes computed by hand", "[kernels]") {
    // lane 0: logits 0, ln 3 -> softmax 1/4, 3/4, label 1; lane 1: 2, 2 -> 1/2, 1/2, label 1
    Activations<double> logits(2, 2);
    logits.view().row(1)[0] = std::log(3.0);
    logits.view().row(0)[1] = 2;
    logits.view().row(1)[1] = 2;
    Activations<double> gradient(2, 2);
    const std::vector<std::uint32_t> labels{1, 1};
    const LossSum sum = softmax_cross_entropy<double>(logits.view(), labels, gradient.view());
    CHECK(sum.loss == Approx(std::log(4.0 / 3.0) + std::log(2.0)));
    CHECK(sum.correct == 1);  // of equal logits the lowest class wins
    CHECK(gradient.view().row(0)[0] == Approx(0.125));
    CHECK(gradient.view().row(1)[0] == Approx(-0.125));
    CHECK(gradient.view().row(0)[1] == Approx(0.25));
    CHECK(tails_are_zero(gradient));
}

TEST_CASE("cross-entropy: the gradient is that of finite differences, and sums to zero over classes", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    auto logits = random_activations<double>(5, 7, stream);
    std::vector<std::uint32_t> labels;
    for (int k = 0; k < 7; ++k) labels.push_back(static_cast<std::uint32_t>(stream.below(5)));
    Activations<double> gradient(5, 7);
    softmax_cross_entropy<double>(logits.view(), labels, gradient.view());
    const double h = 1e-5;
    for (std::size_t lane = 0; lane < 7; ++lane) {
        double sum = 0.0;
        for (std::size_t c = 0; c < 5; ++c) {
            double& logit = logits.view().row(c)[lane];
            const double before = logit;
            logit = before + h;
            const double up = softmax_cross_entropy<double>(logits.view(), labels, {}).loss;
            logit = before - h;
            const double down = softmax_cross_entropy<double>(logits.view(), labels, {}).loss;
            logit = before;
            CHECK(gradient.view().row(c)[lane] == Approx((up - down) / (2 * h) / 7).margin(1e-9));
            sum += gradient.view().row(c)[lane];
        }
        CHECK(sum == Approx(0.0).margin(1e-15));
    }
}

TEST_CASE("cross-entropy: huge logits do not overflow, NaN shows in the loss", "[kernels]") {
    Activations<float> logits(2, 1);
    logits.view().row(0)[0] = 3e38F;
    const std::vector<std::uint32_t> labels{0};
    CHECK(softmax_cross_entropy<float>(logits.view(), labels, {}).loss == 0.0);
    logits.view().row(1)[0] = std::nanf("");
    CHECK(std::isnan(softmax_cross_entropy<float>(logits.view(), labels, {}).loss));
    CHECK_THROWS_AS(softmax_cross_entropy<float>(logits.view(), std::vector<std::uint32_t>{0, 1}, {}), FormatError);
}

}  // namespace espalier::kernels
