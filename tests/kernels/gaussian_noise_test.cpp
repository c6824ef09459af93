#include <espalier/kernels/gaussian_noise.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

Activations<float> noise(std::size_t features, std::size_t lanes, std::uint64_t step, double deviation = 1.0) {
    const Activations<float> zero(features, lanes);
    Activations<float> out(features, lanes);
    add_gaussian_noise<float>(zero.view(), out.view(), deviation, Stream(7, Purpose::input_noise, 0, step));
    return out;
}

}  // namespace

TEST_CASE("gaussian noise: the moments and the tails of a normal distribution", "[kernels]") {
    const auto drawn = noise(1000, 1000, 1);
    double sum = 0.0;
    double squares = 0.0;
    double fourth = 0.0;
    std::size_t beyond_two = 0;
    for (std::size_t f = 0; f < 1000; ++f) {
        for (std::size_t lane = 0; lane < 1000; ++lane) {
            const double z = drawn.view().row(f)[lane];
            sum += z;
            squares += z * z;
            fourth += z * z * z * z;
            beyond_two += std::abs(z) > 2.0 ? 1 : 0;
        }
    }
    // Five standard errors of a million draws each.
    CHECK(sum / 1e6 == Approx(0.0).margin(0.005));
    CHECK(squares / 1e6 == Approx(1.0).margin(0.0071));
    CHECK(fourth / 1e6 == Approx(3.0).margin(0.049));
    CHECK(static_cast<double>(beyond_two) / 1e6 == Approx(0.0455003).margin(0.00105));
}

TEST_CASE("gaussian noise: the numbers that Box and Muller's formula gives in double", "[kernels]") {
    const Stream stream(7, Purpose::input_noise, 0, 9);
    for_each_instruction_set([&] {
        WorstError error;
        const auto drawn = noise(500, 70, 9);
        for (std::size_t f = 0; f < 500; ++f) {
            const auto check_pair = [&](std::size_t first, std::size_t second, std::uint32_t a, std::uint32_t b) {
                const double radius = std::sqrt(-2.0 * std::log(((a >> 1) + 0.5) * 0x1p-31));
                const double angle = ((b & 0x3fffffffU) * 0x1p-30 - 0.5) * std::acos(-1.0) / 2.0;
                const double sign = (b >> 31) != 0U ? -1.0 : 1.0;
                const bool swapped = (b & 0x40000000U) != 0U;
                const double x = sign * radius * (swapped ? std::sin(angle) : std::cos(angle));
                const double y = sign * radius * (swapped ? std::cos(angle) : std::sin(angle));
                const double scale = radius < 0.01 ? 0x1p-12 / gaussian_noise_error : 1.0;
                if (first < 70) error.add(drawn.view().row(f)[first], x, scale);
                if (second < 70) error.add(drawn.view().row(f)[second], y, scale);
            };
            for (std::size_t lane = 0; lane < 70; lane += 64) {  // 16 blocks to 64 lanes, 32 blocks to a row
                for (std::uint32_t k = 0; k < 16; ++k) {
                    const auto words = stream.at(static_cast<std::uint32_t>(f * 32 + lane / 4 + k));
                    check_pair(lane + k, lane + 16 + k, words[0], words[1]);
                    check_pair(lane + 32 + k, lane + 48 + k, words[2], words[3]);
                }
            }
        }
        CHECK(error.worst() <= gaussian_noise_error);
    });
}

TEST_CASE("gaussian noise: neighbours in features, lanes and steps are uncorrelated", "[kernels]") {
    const auto a = noise(400, 400, 1);
    const auto b = noise(400, 400, 2);
    double lanes = 0.0;
    double features = 0.0;
    double steps = 0.0;
    for (std::size_t f = 0; f + 1 < 400; ++f) {
        for (std::size_t lane = 0; lane + 1 < 400; ++lane) {
            const double z = a.view().row(f)[lane];
            lanes += z * a.view().row(f)[lane + 1];
            features += z * a.view().row(f + 1)[lane];
            steps += z * b.view().row(f)[lane];
        }
    }
    const double five_errors = 5.0 * 399.0;
    CHECK(std::abs(lanes) < five_errors);
    CHECK(std::abs(features) < five_errors);
    CHECK(std::abs(steps) < five_errors);
}

TEST_CASE("gaussian noise: added to the input and scaled, tails zero, deviation 0 changes nothing", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const std::size_t lanes : awkward_lanes) {
        const auto in = random_activations<float>(5, lanes, stream);
        const auto z = noise(5, lanes, 3);
        auto out = in;
        add_gaussian_noise<float>(in.view(), out.view(), 0.2, Stream(7, Purpose::input_noise, 0, 3));
        for (std::size_t f = 0; f < 5; ++f) {
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                const float expected = in.view().row(f)[lane] + 0.2F * z.view().row(f)[lane];
                CHECK(out.view().row(f)[lane] == Approx(expected).margin(1e-6));
            }
        }
        CHECK(tails_are_zero(out));
        add_gaussian_noise<float>(in.view(), out.view(), 0.0, Stream(7, Purpose::input_noise, 0, 3));
        CHECK((bytes_of(out) == bytes_of(in)));
    }
}

TEST_CASE("gaussian noise: equal bits for 1, 2 and 4 threads", "[kernels]") {
    check_equal_bits([] { return bytes_of(noise(5000, 101, 4)); });
}

}  // namespace espalier::kernels
