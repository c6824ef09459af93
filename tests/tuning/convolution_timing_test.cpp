#include <espalier/tuning/convolution_timing.hpp>

#include "support.hpp"

namespace espalier::tuning {

TEST_CASE("convolution timing: both ways run, by turns, with the clock given", "[tuning]") {
    double now = 0.0;
    ConvolutionTiming layer(8, 12, 5, 0.4, [&now] { return now += 1.0; });
    CHECK(layer.pattern().rows() == 8);
    CHECK(layer.pattern().cols() == 108);
    CHECK_FALSE(layer.pattern().is_full());
    for (const nn::ConvolutionProduct product : nn::all_convolution_products) {
        const Seconds seconds = layer.measure(product, 3.0);
        CHECK(seconds.sparse == 1.0);
        CHECK(seconds.dense == 1.0);
    }
}

TEST_CASE("convolution timing: a density of one still leaves a pattern that is stored", "[tuning]") {
    CHECK_FALSE(ConvolutionTiming(2, 2, 3, 1.0).pattern().is_full());
}

}  // namespace espalier::tuning
