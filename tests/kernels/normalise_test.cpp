#include <espalier/kernels/normalise.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

/// By the definition: mean, variance and normalised numbers of one list.
std::vector<double> normalised(const std::vector<double>& values, double& mean, double& variance) {
    const auto n = static_cast<double>(values.size());
    mean = 0.0;
    for (const double value : values) mean += value / n;
    variance = 0.0;
    for (const double value : values) variance += (value - mean) * (value - mean) / n;
    std::vector<double> all;
    for (const double value : values) all.push_back((value - mean) / std::sqrt(variance + 1e-5));
    return all;
}

}  // namespace

TEST_CASE("normalise: rows and lanes against the definition, for all lane counts", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    constexpr std::size_t features = 9;
    const auto scale = random_values(features, stream);
    const auto shift = random_values(features, stream);
    const std::vector<float> scales(scale.begin(), scale.end());
    const std::vector<float> shifts(shift.begin(), shift.end());
    for (const std::size_t lanes : awkward_lanes) {
        const auto in = random_activations<float>(features, lanes, stream);
        Activations<float> out(features, lanes);
        std::vector<float> mean(std::max(features, in.view().stride));
        std::vector<float> variance(mean.size());
        double worst = 0.0;
        const auto compare = [&](double got, double expected) { worst = std::max(worst, std::abs(got - expected)); };
        double m = 0.0;
        double v = 0.0;

        const std::span<float> row_mean = std::span(mean).first(features);
        const std::span<float> row_variance = std::span(variance).first(features);
        moments_of_rows<float>(in.view(), row_mean, row_variance);
        normalise_rows<float>(in.view(), row_mean, row_variance, scales, shifts, out.view());
        for (std::size_t f = 0; lanes > 1 && f < features; ++f) {  // of one alone there is no deviation
            const std::vector<double> expected =
                normalised(std::vector<double>(in.view().row(f), in.view().row(f) + lanes), m, v);
            compare(mean[f], m);
            compare(variance[f], v);
            for (std::size_t lane = 0; lane < lanes; ++lane)
                compare(out.view().row(f)[lane], expected[lane] * scale[f] + shift[f]);
        }
        CHECK(tails_are_zero(out));

        const std::span<float> lane_mean = std::span(mean).first(in.view().stride);
        const std::span<float> lane_variance = std::span(variance).first(in.view().stride);
        moments_of_lanes<float>(in.view(), lane_mean, lane_variance);
        normalise_lanes<float>(in.view(), lane_mean, lane_variance, scales, shifts, out.view());
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            std::vector<double> column;
            for (std::size_t f = 0; f < features; ++f) column.push_back(in.view().row(f)[lane]);
            const std::vector<double> expected = normalised(column, m, v);
            compare(mean[lane], m);
            compare(variance[lane], v);
            for (std::size_t f = 0; f < features; ++f)
                compare(out.view().row(f)[lane], expected[f] * scale[f] + shift[f]);
        }
        CHECK(tails_are_zero(out));
        CHECK(worst < 1e-5);
    }
}

TEST_CASE("normalise: the gradient at the input is orthogonal to a shift and to a stretch of it", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const auto in = random_activations<double>(12, 40, stream);
    const auto grad_out = random_activations<double>(12, 40, stream);
    const std::vector<double> scale(12, 1.3);
    std::vector<double> mean(48), variance(48), grad_scale(12), grad_shift(12);
    Activations<double> grad_in(12, 40);
    const auto span = [](std::vector<double>& all, std::size_t count) { return std::span(all).first(count); };
    moments_of_rows<double>(in.view(), span(mean, 12), span(variance, 12));
    normalise_rows_gradient<double>(in.view(), span(mean, 12), span(variance, 12), scale, false, grad_out.view(),
                                    grad_scale, grad_shift, grad_in.view());
    for (std::size_t f = 0; f < 12; ++f) {
        double shifted = 0.0;
        double stretched = 0.0;
        for (std::size_t lane = 0; lane < 40; ++lane) {
            shifted += grad_in.view().row(f)[lane];
            stretched += grad_in.view().row(f)[lane] * (in.view().row(f)[lane] - mean[f]);
        }
        CHECK(shifted == Approx(0.0).margin(1e-12));
        CHECK(stretched == Approx(0.0).margin(1e-3));  // but for epsilon
    }
    moments_of_lanes<double>(in.view(), span(mean, 48), span(variance, 48));
    normalise_lanes_gradient<double>(in.view(), span(mean, 48), span(variance, 48), scale, grad_out.view(), grad_scale,
                                     grad_shift, grad_in.view());
    for (std::size_t lane = 0; lane < 40; ++lane) {
        double shifted = 0.0;
        for (std::size_t f = 0; f < 12; ++f) shifted += grad_in.view().row(f)[lane];
        CHECK(shifted == Approx(0.0).margin(1e-12));
    }
}

TEST_CASE("normalise: equal bits for any number of threads", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const auto in = random_activations<float>(700, 1000, stream);
    const auto grad_out = random_activations<float>(700, 1000, stream);
    const std::vector<float> scale(700, 0.9F);
    const std::vector<float> shift(700, 0.1F);
    check_equal_bits([&] {
        Activations<float> out(700, 1000);
        Activations<float> grad_in(700, 1000);
        std::vector<float> mean(1008), variance(1008), grad_scale(700), grad_shift(700);
        std::vector<std::byte> bytes;
        const auto keep = [&] {
            for (const auto& piece : {bytes_of(out), bytes_of(grad_in), bytes_of(grad_scale), bytes_of(grad_shift)})
                bytes.insert(bytes.end(), piece.begin(), piece.end());
        };
        const auto first = [](std::vector<float>& all, std::size_t count) { return std::span(all).first(count); };
        moments_of_rows<float>(in.view(), first(mean, 700), first(variance, 700));
        normalise_rows<float>(in.view(), first(mean, 700), first(variance, 700), scale, shift, out.view());
        normalise_rows_gradient<float>(in.view(), first(mean, 700), first(variance, 700), scale, false, grad_out.view(),
                                       grad_scale, grad_shift, grad_in.view());
        keep();
        moments_of_lanes<float>(in.view(), mean, variance);
        normalise_lanes<float>(in.view(), mean, variance, scale, shift, out.view());
        normalise_lanes_gradient<float>(in.view(), mean, variance, scale, grad_out.view(), grad_scale, grad_shift,
                                        grad_in.view());
        keep();
        return bytes;
    });
}

}  // namespace espalier::kernels
