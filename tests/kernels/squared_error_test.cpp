#include <espalier/base/text/error.hpp>
#include <espalier/kernels/squared_error.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;

TEST_CASE("squared error: two features and two lanes by hand", "[kernels]") {
    // differences 1, -2 in lane 0 and 0, 3 in lane 1: means 2.5 and 4.5; gradient 2 d / 4
    Activations<double> outputs(2, 2);
    Activations<double> targets(2, 2);
    Activations<double> gradient(2, 2);
    outputs.view().row(0)[0] = 1;
    targets.view().row(1)[0] = 2;
    outputs.view().row(1)[1] = 3;
    CHECK(squared_error<double>(outputs.view(), targets.view(), gradient.view()) == Approx(2.5 + 4.5));
    CHECK(gradient.view().row(0)[0] == 0.5);
    CHECK(gradient.view().row(1)[0] == -1.0);
    CHECK(gradient.view().row(0)[1] == 0.0);
    CHECK(gradient.view().row(1)[1] == 1.5);
    CHECK(tails_are_zero(gradient));
}

TEST_CASE("squared error: the gradient is that of finite differences of the mean over all entries", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    auto outputs = random_activations<double>(5, 7, stream);
    const auto targets = random_activations<double>(5, 7, stream);
    Activations<double> gradient(5, 7);
    squared_error<double>(outputs.view(), targets.view(), gradient.view());
    const auto mean = [&] { return squared_error<double>(outputs.view(), targets.view(), {}) / 7.0; };
    for (std::size_t f = 0; f < 5; ++f) {
        for (std::size_t lane = 0; lane < 7; ++lane) {
            double& x = outputs.view().row(f)[lane];
            const double before = x;
            x = before + 1e-5;
            const double up = mean();
            x = before - 1e-5;
            const double down = mean();
            x = before;
            CHECK(gradient.view().row(f)[lane] == Approx((up - down) / 2e-5).margin(1e-9));
        }
    }
}

TEST_CASE("squared error: within its stated error of the definition in double", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    WorstError error;
    for (const std::size_t lanes : awkward_lanes) {
        const auto outputs = random_activations<float>(50, lanes, stream);
        const auto targets = random_activations<float>(50, lanes, stream);
        Activations<float> gradient(50, lanes);
        const double got = squared_error<float>(outputs.view(), targets.view(), gradient.view());
        double sum = 0.0;
        double scale = 0.0;
        const double entries = 50.0 * static_cast<double>(lanes);
        for (std::size_t f = 0; f < 50; ++f) {
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                const double output = outputs.view().row(f)[lane];
                const double target = targets.view().row(f)[lane];
                const double size = std::abs(output) + std::abs(target);
                sum += (output - target) * (output - target);
                scale += size * size;
                error.add(gradient.view().row(f)[lane], 2.0 * (output - target) / entries, 2.0 * size / entries);
            }
        }
        error.add(got, sum / 50.0, scale / 50.0);
        CHECK(tails_are_zero(gradient));
    }
    CHECK(error.worst() <= squared_error_relative_error);
}

TEST_CASE("squared error: refuses other shapes", "[kernels]") {
    const Activations<float> outputs(3, 4);
    const Activations<float> targets(3, 5);
    CHECK_THROWS_AS(squared_error<float>(outputs.view(), targets.view(), {}), FormatError);
}

}  // namespace espalier::kernels
