#include <espalier/nn/layers/padding_layer.hpp>

#include "kernels/images/convolution_case.hpp"
#include "kernels/kernel_support.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

/// Walks back from outside step by step, until the place is inside; nothing for zeros.
int source_of(PaddingOf what, int place, int side) {
    while (place < 0 || place >= side) {
        if (what == PaddingOf::zeros) return -1;
        if (what == PaddingOf::replication) {
            place += place < 0 ? 1 : -1;
        } else {
            place = place < 0 ? -place : 2 * (side - 1) - place;
        }
    }
    return place;
}

}  // namespace

TEST_CASE("padding: every element is the one that a walk from outside comes to", "[nn][images]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const kernels::Image image{3, 5, 4};
    const kernels::Window window{{.before = 3, .after = 1}, {.before = 0, .after = 3}};
    const std::size_t lanes = 21;  // two blocks, the second with tails
    for (const PaddingOf what : {PaddingOf::zeros, PaddingOf::replication, PaddingOf::reflection}) {
        PaddingLayer<double> layer("pad", "pad", what, image, window);
        REQUIRE(layer.outputs() == 3 * 9 * 7);
        kernels::Activations<double> in;
        kernels::Activations<double> out;
        in.resize(image.features(), lanes, kernels::Layout::lane_blocks);
        out.resize(layer.outputs(), lanes, kernels::Layout::lane_blocks);
        for (std::size_t f = 0; f < image.features(); ++f) {
            for (std::size_t lane = 0; lane < lanes; ++lane) element(in.view(), f, lane) = random_values(1, stream)[0];
        }
        layer.forward(std::as_const(in).view(), out.view(), {});
        bool all_equal = true;
        for (std::size_t g = 0; g < layer.outputs(); ++g) {
            const int row = source_of(what, static_cast<int>(g / 7 % 9) - 3, 5);
            const int col = source_of(what, static_cast<int>(g % 7), 4);
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                const auto f = static_cast<std::size_t>((static_cast<int>(g / 63) * 5 + row) * 4 + col);
                const double expected = row < 0 || col < 0 ? 0.0 : element(in.view(), f, lane);
                all_equal &= element(out.view(), g, lane) == expected;
            }
        }
        CHECK(all_equal);
    }
}

}  // namespace espalier::nn
