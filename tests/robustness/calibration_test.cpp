#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/robustness/calibration.hpp>

#include "robustness/robustness_values.hpp"

namespace espalier::robustness {
using namespace testing;
namespace {

/// The sum over samples bin by bin, each sample looked for in each bin.
double slow_ece(const Probabilities& probabilities, const std::vector<std::uint32_t>& labels, std::size_t bins) {
    double error = 0.0;
    for (std::size_t b = 0; b < bins; ++b) {
        double gap = 0.0;
        for (std::size_t n = 0; n < probabilities.samples; ++n) {
            const auto row = probabilities.row(n);
            const double confidence = *std::ranges::max_element(row);
            const auto at = static_cast<double>(b);
            const auto count = static_cast<double>(bins);
            if (confidence <= at / count || confidence > (at + 1.0) / count) continue;
            const auto guess = std::ranges::find(row, confidence) - row.begin();
            gap += (guess == labels[n] ? 1.0 : 0.0) - confidence;
        }
        error += std::abs(gap);
    }
    return error / static_cast<double>(probabilities.samples);
}

}  // namespace

TEST_CASE("calibration: reference values", "[robustness][calibration]") {
    const auto values = robustness_values()["calibration"];
    const Logits logits = class_numbers(values["logits"]);
    const auto labels = values["labels"].get<std::vector<std::uint32_t>>();
    const Calibration found = calibration(softmax(logits), labels);
    CHECK(found.accuracy == Approx(values["accuracy"].get<double>()).epsilon(1e-12));
    CHECK(found.nll == Approx(values["nll"].get<double>()).epsilon(1e-12));
    CHECK(found.brier == Approx(values["brier"].get<double>()).epsilon(1e-12));
    CHECK(found.ece == Approx(values["ece_15"].get<double>()).epsilon(1e-12));
    CHECK(found.mce == Approx(values["max_calibration_error_15"].get<double>()).epsilon(1e-12));
    // linspace(0, 1, 15) has 14 bins between its 15 edges.
    CHECK(calibration(softmax(logits), labels, 14).ece ==
          Approx(values["ece_linspace15_14_bins"].get<double>()).epsilon(1e-12));
    const double temperature = best_temperature(logits, labels);
    CHECK(temperature == Approx(values["temperature"].get<double>()).epsilon(1e-6));
    const Calibration scaled = calibration(softmax(logits, 1.0 / temperature), labels);
    CHECK(scaled.nll == Approx(values["nll_at_temperature"].get<double>()).epsilon(1e-6));
    CHECK(scaled.ece == Approx(values["ece_15_at_temperature"].get<double>()).epsilon(1e-6));
}

TEST_CASE("calibration: bins closed on the right, and those of programs that count edges",
          "[robustness][calibration]") {
    const auto values = robustness_values()["ece_bins"];
    const Probabilities probabilities = class_numbers(values["probabilities"]);
    const auto labels = values["labels"].get<std::vector<std::uint32_t>>();
    const auto ece = [&](std::size_t bins) { return calibration(probabilities, labels, bins).ece; };
    CHECK(ece(15) == Approx(values["equal_15"].get<double>()).epsilon(1e-12));
    CHECK(ece(5) == Approx(values["equal_5"].get<double>()).epsilon(1e-12));
    CHECK(ece(14) == Approx(values["original_15"].get<double>()).epsilon(1e-12));
    CHECK(ece(4) == Approx(values["original_5"].get<double>()).epsilon(1e-12));
}

TEST_CASE("calibration: a slow count, bounds, and the best temperature", "[robustness][calibration]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const double size : {0.1, 2.0, 30.0}) {
        for (const std::size_t classes : {2U, 7U}) {
            const auto [logits, labels] = random_logits(200, classes, size, stream);
            const Probabilities probabilities = softmax(logits);
            const Calibration found = calibration(probabilities, labels);
            CHECK(found.ece == Approx(slow_ece(probabilities, labels, 15)).margin(1e-12));
            CHECK(found.ece <= found.mce);
            CHECK(found.mce <= 1.0);
            CHECK(found.ece >= std::abs(found.accuracy - found.confidence) - 1e-12);
            CHECK(found.brier <= 2.0);
            CHECK(calibration(probabilities, labels, 1).ece ==
                  Approx(std::abs(found.accuracy - found.confidence)).margin(1e-12));
            std::size_t counted = 0;
            for (const ConfidenceBin& bin : found.bins) counted += bin.samples;
            CHECK(counted == 200);
            const double best = best_temperature(logits, labels);
            if (std::isnan(best)) continue;
            const double nll = calibration(softmax(logits, 1.0 / best), labels).nll;
            for (const double other : {best * 0.99, best * 1.01})
                CHECK(nll <= calibration(softmax(logits, 1.0 / other), labels).nll + 1e-12);
        }
    }
}

TEST_CASE("calibration: what is certain and right has no error and no best temperature", "[robustness][calibration]") {
    const Logits logits{2, 3, {900.0, 0.0, 0.0, 0.0, 0.0, 900.0}};
    const std::vector<std::uint32_t> right = {0, 2};
    const Calibration found = calibration(softmax(logits), right);
    CHECK(found.ece == 0.0);
    CHECK(found.nll == 0.0);
    CHECK(found.brier == 0.0);
    CHECK(std::isnan(best_temperature(logits, right)));
    const std::vector<std::uint32_t> wrong = {1, 1};
    CHECK(calibration(softmax(logits), wrong).ece == 1.0);
    CHECK(calibration(softmax(logits), wrong).brier == 2.0);
    CHECK(std::isinf(calibration(softmax(logits), wrong).nll));
    CHECK_THROWS_AS(calibration(softmax(logits), std::vector<std::uint32_t>{0}), FormatError);
    CHECK_THROWS_AS(calibration(softmax(logits), std::vector<std::uint32_t>{0, 3}), FormatError);
}

}  // namespace espalier::robustness
