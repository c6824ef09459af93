#include <cmath>

#include <espalier/kernels/dropout.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

Activations<float> ones(std::size_t features, std::size_t lanes) {
    Activations<float> activations(features, lanes);
    for (std::size_t f = 0; f < features; ++f) std::fill_n(activations.view().row(f), lanes, 1.0F);
    return activations;
}

}  // namespace

TEST_CASE("dropout: the asked share is zero, the rest scaled, the mean kept", "[kernels]") {
    for_each_instruction_set([] {
        const auto in = ones(200, 130);
        Activations<float> out(200, 130);
        dropout<float>(in.view(), out.view(), 0.3, Stream(1, Purpose::dropout, 2, 3));
        std::size_t zeros = 0;
        for (std::size_t f = 0; f < 200; ++f) {
            for (std::size_t lane = 0; lane < 130; ++lane) {
                const float value = out.view().row(f)[lane];
                CHECK((value == 0.0F || value == Approx(1.0 / 0.7)));
                zeros += value == 0.0F ? 1 : 0;
            }
        }
        CHECK(static_cast<double>(zeros) / 26000.0 == Approx(0.3).margin(0.012));  // four standard deviations
        CHECK(tails_are_zero(out));
    });
}

TEST_CASE("dropout: the same stream drops the same elements, on every instruction set and thread count", "[kernels]") {
    const auto in = ones(1000, 70);
    const Stream stream(5, Purpose::dropout, 1, 9);
    const auto run = [&](const Stream& s) {
        Activations<float> out(1000, 70);
        dropout<float>(in.view(), out.view(), 0.5, s);
        return bytes_of(out);
    };
    const auto expected = run(stream);
    for_each_instruction_set([&] {
        CHECK((run(stream) == expected));
        check_equal_bits([&] { return run(stream); });
    });
    CHECK_FALSE((run(Stream(5, Purpose::dropout, 1, 10)) == expected));
}

TEST_CASE("dropout: the words are those of the stream, four a block", "[kernels]") {
    const auto in = ones(2, 128);
    const Stream stream(7, Purpose::dropout, 0, 1);
    Activations<float> out(2, 128);
    dropout<float>(in.view(), out.view(), 0.25, stream);
    const auto threshold = static_cast<std::uint32_t>(0.25 * 4294967296.0);
    // lane 64 b + 16 w + k of feature f uses word w of block f * 32 + 16 b + k
    for (std::size_t f = 0; f < 2; ++f) {
        for (std::uint32_t lane = 0; lane < 128; ++lane) {
            const auto block = static_cast<std::uint32_t>(f) * 32 + lane / 64 * 16 + lane % 16;
            const bool kept = stream.at(block)[lane % 64 / 16] >= threshold;
            CHECK((out.view().row(f)[lane] != 0.0F) == kept);
        }
    }
}

TEST_CASE("dropout: rate 0 changes nothing", "[kernels]") {
    const auto in = ones(3, 20);
    Activations<float> out(3, 20);
    dropout<float>(in.view(), out.view(), 0.0, Stream(1, Purpose::dropout));
    CHECK((bytes_of(out) == bytes_of(in)));
}

TEST_CASE("dropout: kept elements are within the stated error for every width and instruction set", "[kernels]") {
    INFO(seed_text());
    WorstError error;
    const auto check = [&](std::size_t features, std::size_t lanes, double rate, Stream& values) {
        const auto in = random_activations<float>(features, lanes, values, true);
        const Stream stream(7, Purpose::dropout, 0, 1);
        Activations<float> out(features, lanes);
        dropout<float>(in.view(), out.view(), rate, stream);
        const auto blocks = static_cast<std::uint32_t>((lanes + 63) / 64 * 16);
        const auto threshold = std::llround(rate * 4294967295.0);
        std::size_t wrong = 0;
        for (std::uint32_t f = 0; f < features; ++f) {
            for (std::uint32_t lane = 0; lane < lanes; ++lane) {
                const std::uint32_t word = stream.at(f * blocks + lane / 64 * 16 + lane % 16)[lane % 64 / 16];
                const float value = out.view().row(f)[lane];
                const bool kept = word >= threshold;
                wrong += (value != 0.0F) == kept ? 0 : 1;
                if (kept) error.add(value, in.view().row(f)[lane] / (1.0 - rate));
            }
        }
        CHECK(wrong == 0);
        CHECK(tails_are_zero(out));
    };
    for_each_instruction_set([&] {
        Stream stream = test_stream();
        for (const double rate : {0.1, 0.3, 0.77}) {
            for (std::size_t lanes = 1; lanes <= 100; ++lanes) check(3, lanes, rate, stream);
            for (const std::size_t lanes : awkward_lanes) check(5, lanes, rate, stream);
        }
        set_threads(2);
        check(1003, 130, 0.3, stream);
        set_threads(1);
    });
    CHECK(error.worst() <= dropout_relative_error);
}

}  // namespace espalier::kernels
