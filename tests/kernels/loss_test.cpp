#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/loss.hpp>

#include "golden_case.hpp"
#include "home_reference.hpp"
#include "kernels/kernel_support.hpp"
#include "nn/numbers.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

Activations<float> scaled_logits(std::size_t classes, std::size_t lanes, float by, Stream& stream) {
    auto logits = random_activations<float>(classes, lanes, stream);
    for (std::size_t c = 0; c < classes; ++c) {
        for (std::size_t lane = 0; lane < lanes; ++lane) logits.view().row(c)[lane] *= by;
    }
    return logits;
}

/// One class is nearly certain; each of the others adds to the sum an exponential that is rounded to twice its size.
Activations<float> hostile_logits(std::size_t classes) {
    Activations<float> logits(classes, 2);
    for (std::size_t c = 1; c < classes; ++c) std::fill_n(logits.view().row(c), 2, std::log(hostile_term));
    return logits;
}

/// Softmax cross-entropy by its definition in double; labels are the first class, then drawn.
void add_errors(const Activations<float>& logits, Stream& stream, WorstError& error) {
    const auto x = logits.view();
    std::vector<std::uint32_t> labels(x.lanes, 0);
    for (std::size_t k = 1; k < x.lanes; ++k) labels[k] = static_cast<std::uint32_t>(stream.below(x.features));
    Activations<float> gradient(x.features, x.lanes);
    const LossSum got = softmax_cross_entropy<float>(x, labels, gradient.view());
    double loss = 0.0;
    double scale = 0.0;
    const double share = 1.0 / static_cast<double>(x.lanes);
    for (std::size_t lane = 0; lane < x.lanes; ++lane) {
        double sum = 0.0;
        double largest = 0.0;
        for (std::size_t c = 0; c < x.features; ++c) {
            sum += std::exp(double{x.row(c)[lane]});
            largest = std::max(largest, std::abs(double{x.row(c)[lane]}));
        }
        loss += std::log(sum) - x.row(labels[lane])[lane];
        scale += 1.0 + largest;
        for (std::size_t c = 0; c < x.features; ++c) {
            const double probability = std::exp(double{x.row(c)[lane]}) / sum;
            const double exact = (probability - (c == labels[lane] ? 1.0 : 0.0)) * share;
            error.add(gradient.view().row(c)[lane], exact, share);
        }
    }
    error.add(got.loss, loss, scale);
    CHECK(tails_are_zero(gradient));
}

/// Cross-entropy, with smoothed labels or without.
void check_cross_entropy(const GoldenCase& c) {
    const Numbers x = c.numbers("x");
    const Numbers y = c.numbers("target");
    const std::size_t lanes = c.shape("x")[0];
    const std::size_t classes = c.shape("x")[1];
    Activations<double> logits(classes, lanes);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        for (std::size_t k = 0; k < classes; ++k) logits.view().row(k)[lane] = x[lane * classes + k];
    }
    const std::vector<std::uint32_t> labels(y.begin(), y.end());
    Activations<double> gradient(classes, lanes);
    const auto sum = softmax_cross_entropy<double>(logits.view(), labels, gradient.view(),
                                                   c.settings["label_smoothing"].get<double>());
    const Numbers loss{sum.loss / static_cast<double>(lanes)};
    CHECK(difference(loss, c.numbers("loss"), 1e-3) < 1e-12);
    Numbers dx;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        for (std::size_t k = 0; k < classes; ++k) dx.push_back(gradient.view().row(k)[lane]);
    }
    CHECK(difference(dx, c.numbers("dx"), 1e-3) < 1e-12);
}

/// Cross-entropy of every class in turn is the log-softmax.
void check_log_softmax(const GoldenCase& c) {
    const std::size_t classes = c.shape("x")[1];
    const Numbers x = c.numbers("x");
    const Numbers dy = c.numbers("dy");
    Numbers y(x.size());
    Numbers dx(x.size(), 0.0);
    for (std::size_t k = 0; k < x.size(); ++k) {
        const std::size_t sample = k / classes;
        Activations<double> logits(classes, 1);
        Activations<double> gradient(classes, 1);
        for (std::size_t j = 0; j < classes; ++j) logits.view().row(j)[0] = x[sample * classes + j];
        const std::vector<std::uint32_t> label{static_cast<std::uint32_t>(k % classes)};
        y[k] = -softmax_cross_entropy<double>(logits.view(), label, gradient.view()).loss;
        for (std::size_t j = 0; j < classes; ++j) dx[sample * classes + j] -= dy[k] * gradient.view().row(j)[0];
    }
    CHECK(difference(y, c.numbers("y"), 1e-3) < 1e-12);
    CHECK(difference(dx, c.numbers("dx"), 1e-3) < 1e-12);
}

/// @return how many cases there were. Weights of classes and a temperature are not for us.
std::size_t check_golden_losses(const std::filesystem::path& folder) {
    const GoldenCases cases(folder);
    std::size_t checked = 0;
    for (const GoldenCase& c : cases.all()) {
        INFO(c.name);
        if (c.op().starts_with("log_softmax")) {
            check_log_softmax(c);
        } else if (c.op().starts_with("cross_entropy") && c.settings["temperature"] == 1.0 &&
                   !c.settings["class_weights"]) {
            check_cross_entropy(c);
        } else {
            continue;
        }
        ++checked;
    }
    return checked;
}

}  // namespace

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

TEST_CASE("cross-entropy: smoothed labels are targets between the label and all classes", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    constexpr std::size_t classes = 5;
    constexpr std::size_t lanes = 7;
    constexpr double smoothing = 0.2;
    Activations<double> logits(classes, lanes);
    for (std::size_t c = 0; c < classes; ++c) {
        const std::vector<double> row = random_values(lanes, stream);
        std::copy(row.begin(), row.end(), logits.view().row(c));
    }
    const std::vector<std::uint32_t> labels{0, 1, 2, 3, 4, 0, 1};
    Activations<double> gradient(classes, lanes);
    const LossSum sum = softmax_cross_entropy<double>(logits.view(), labels, gradient.view(), smoothing);
    double expected = 0.0;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        double all = 0.0;
        for (std::size_t c = 0; c < classes; ++c) all += std::exp(logits.view().row(c)[lane]);
        for (std::size_t c = 0; c < classes; ++c) {
            const double target = smoothing / classes + (c == labels[lane] ? 1.0 - smoothing : 0.0);
            const double probability = std::exp(logits.view().row(c)[lane]) / all;
            expected -= target * std::log(probability);
            CHECK(gradient.view().row(c)[lane] == Approx((probability - target) / lanes).margin(1e-15));
        }
    }
    CHECK(sum.loss == Approx(expected).epsilon(1e-14));
    CHECK(sum.correct == softmax_cross_entropy<double>(logits.view(), labels, {}).correct);
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

TEST_CASE("cross-entropy: loss and gradient within the stated error for every number of classes and lanes",
          "[kernels]") {
    INFO(seed_text());
    WorstError error;
    for_each_instruction_set([&] {
        Stream stream = test_stream();
        for (std::size_t lanes = 1; lanes <= 100; ++lanes) {
            add_errors(scaled_logits(1 + lanes % 13, lanes, 8.0F, stream), stream, error);
        }
        for (const std::size_t lanes : awkward_lanes) add_errors(scaled_logits(10, lanes, 0.1F, stream), stream, error);
        for (const std::size_t classes : {100, 1000, 1024}) {
            add_errors(scaled_logits(classes, 17, 20.0F, stream), stream, error);
            add_errors(hostile_logits(classes), stream, error);
        }
    });
    CHECK(error.worst() <= cross_entropy_relative_error);
}

TEST_CASE("cross-entropy: golden cases of PyTorch in double", "[kernels][reference]") {
    CHECK(check_golden_losses(home_reference() / "convnets") == 2);
    const auto folder = reference_folder();
    if (!folder) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    CHECK(check_golden_losses(*folder / "convnets") == 3);
}

}  // namespace espalier::kernels
