#include <espalier/kernels/dropout.hpp>
#include <espalier/kernels/gaussian_noise.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

float& element(View<float> view, std::size_t feature, std::size_t lane) {
    return view.block(lane / view.stride).row(feature)[lane % view.stride];
}

Activations<float> random_batch(std::size_t features, std::size_t lanes, Layout layout, Stream& stream) {
    Activations<float> all;
    all.resize(features, lanes, layout);
    for (std::size_t f = 0; f < features; ++f) {
        const std::vector<double> values = random_values(lanes, stream);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            element(all.view(), f, lane) = static_cast<float>(1.5 + values[lane]);
        }
    }
    return all;
}

}  // namespace

TEST_CASE("random words: blocks of a batch are dropped and get noise as the batch is, however it is cut", "[kernels]") {
    INFO(seed_text());
    const Stream stream(7, Purpose::dropout, 2, 5);
    const auto drop = [&](View<const float> in, View<float> out, const BatchLanes& lanes) {
        dropout<float>(in, out, 0.4, stream, lanes);
    };
    const auto add_noise = [&](View<const float> in, View<float> out, const BatchLanes& lanes) {
        add_gaussian_noise<float>(in, out, 0.7, stream, lanes);
    };
    const auto check = [&](const auto& change, std::size_t lanes, Layout layout, Stream& numbers) {
        constexpr std::size_t features = 5;
        Activations<float> all = random_batch(features, lanes, layout, numbers);
        Activations<float> expected = all;
        change(std::as_const(all).view(), expected.view(), {});
        for (const std::size_t blocks : {2U, 3U, 8U}) {
            for (std::size_t b = 0; b < blocks; ++b) {
                const std::size_t begin = lanes * b / blocks;
                const std::size_t size = lanes * (b + 1) / blocks - begin;
                if (size == 0) continue;
                Activations<float> part;
                part.resize(features, size, layout);
                for (std::size_t f = 0; f < features; ++f) {
                    for (std::size_t lane = 0; lane < size; ++lane)
                        element(part.view(), f, lane) = element(all.view(), f, begin + lane);
                }
                Activations<float> out = part;
                change(std::as_const(part).view(), out.view(), {begin, lanes, layout});
                std::size_t wrong = 0;
                for (std::size_t f = 0; f < features; ++f) {
                    for (std::size_t lane = 0; lane < padded_lanes(size); ++lane) {
                        const float wanted = lane < size ? element(expected.view(), f, begin + lane) : 0.0F;
                        wrong += element(out.view(), f, lane) == wanted ? 0 : 1;
                    }
                }
                CHECK(wrong == 0);
            }
        }
    };
    for_each_instruction_set([&] {
        Stream numbers = test_stream();
        for (const Layout layout : {Layout::rows, Layout::lane_blocks}) {
            for (const std::size_t lanes : {1U, 3U, 16U, 17U, 32U, 50U, 64U, 100U, 128U, 130U, 200U}) {
                INFO(lanes);
                check(drop, lanes, layout, numbers);
                check(add_noise, lanes, layout, numbers);
            }
        }
    });
}

TEST_CASE("random words: images in blocks of lanes have words of their own for each block", "[kernels]") {
    // As rows one after the other: row f of block b is row b * features + f of 16 lanes.
    INFO(seed_text());
    Stream numbers = test_stream();
    const Stream stream(7, Purpose::dropout, 2, 6);
    Activations<float> in = random_batch(6, 45, Layout::lane_blocks, numbers);
    Activations<float> out = in;
    dropout<float>(std::as_const(in).view(), out.view(), 0.5, stream);
    for (std::size_t f = 0; f < 6; ++f) {
        for (std::size_t lane = 0; lane < 45; ++lane) {
            const std::size_t row = lane / 16 * 6 + f;
            const bool kept = stream.at(static_cast<std::uint32_t>(row * 16 + lane % 16))[0] >= 0x7fffffffU;
            CHECK((element(out.view(), f, lane) != 0.0F) == kept);
        }
    }
}

}  // namespace espalier::kernels
