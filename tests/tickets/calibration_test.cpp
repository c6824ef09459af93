#include <espalier/tickets/calibration.hpp>

#include "predicted.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

/// Bin by bin, each example asked whether it belongs.
double slow_error(const Predictions& p, std::size_t bins) {
    double error = 0.0;
    for (std::size_t b = 1; b <= bins; ++b) {
        const double low = static_cast<double>(b - 1) / static_cast<double>(bins);
        const double high = static_cast<double>(b) / static_cast<double>(bins);
        double count = 0.0;
        double confidence = 0.0;
        double right = 0.0;
        for (std::size_t k = 0; k < p.examples(); ++k) {
            const double top = std::exp(p.of(k)[p.predicted(k)]);
            if (top <= low || top > high) continue;
            count += 1.0;
            confidence += top;
            right += p.predicted(k) == p.labels[k] ? 1.0 : 0.0;
        }
        if (count > 0.0) {
            error += count / static_cast<double>(p.examples()) * std::abs(right / count - confidence / count);
        }
    }
    return error;
}

}  // namespace

TEST_CASE("calibration: bins are equal and closed on the right", "[tickets][calibration]") {
    // Two bins: 0.5 belongs to the first, with accuracy 1; 0.8 to the second, with accuracy 0.
    CHECK(expected_calibration_error(predicted({{0.5, 0.5}, {0.2, 0.8}}, {0, 0}), 2) == Approx(0.5 * 0.5 + 0.5 * 0.8));
    CHECK(expected_calibration_error(predicted({{0.75, 0.25}, {0.75, 0.25}, {0.75, 0.25}, {0.75, 0.25}}, {0, 0, 0, 1}),
                                     15) == Approx(0.0).margin(1e-15));
}

TEST_CASE("calibration: equals the sum taken bin by bin", "[tickets][calibration]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (const std::size_t bins : {1U, 7U, 15U}) {
        const Predictions p = random_predictions(300, 4, stream);
        const double error = expected_calibration_error(p, bins);
        CHECK(error == Approx(slow_error(p, bins)));
        CHECK(error >= 0.0);
        CHECK(error <= 1.0);
    }
}

}  // namespace espalier::tickets
