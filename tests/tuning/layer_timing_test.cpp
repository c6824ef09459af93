#include <espalier/tuning/layer_timing.hpp>

#include "support.hpp"

namespace espalier::tuning {

TEST_CASE("layer timing: the layer is as asked for, and stored even where it keeps nearly everything", "[tuning]") {
    const LayerTiming layer(200, 300, 0.1);
    CHECK(layer.pattern().rows() == 200);
    CHECK(layer.pattern().cols() == 300);
    CHECK(layer.pattern().density() == Approx(0.1).margin(0.01));
    CHECK_FALSE(LayerTiming(2, 3, 0.99).pattern().is_full());
}

TEST_CASE("layer timing: each way counts its shortest time, and the time that is asked for is spent", "[tuning]") {
    // The clock is read before and after each piece of work, sparse and dense in turns, the first of each unmeasured.
    const std::vector<double> lengths = {9.0, 9.0, 4.0, 7.0, 3.0, 8.0, 5.0, 6.0, 1.0, 1.0};
    for (const nn::Product product : nn::all_products) {
        for (const std::size_t lanes : {1, 20}) {
            double now = 0.0;
            std::size_t reads = 0;
            LayerTiming layer(40, 30, 0.3, [&] {
                if (reads++ % 2 == 1) now += lengths.at(reads / 2 - 1);
                return now;
            });
            const Seconds seconds = layer.measure(product, lanes, 30.0);
            CHECK(reads == 16);  // 4 + 7, 3 + 8 and 5 + 6 make 33
            CHECK(seconds.sparse == 3.0);
            CHECK(seconds.dense == 6.0);
        }
    }
}

TEST_CASE("layer timing: what is short is done often enough to be timed", "[tuning]") {
    constexpr double tick = 0x1p-20;
    double now = 0.0;
    LayerTiming layer(4, 3, 0.5, [&] { return now += tick; });
    const Seconds seconds = layer.measure(nn::Product::forward, 1, 0.0);
    CHECK(seconds.sparse == tick / 52);  // calls between two looks at the clock: of one tick each they would last 50 us
    CHECK(seconds.dense == tick / 52);
}

TEST_CASE("layer timing: the processor's clock goes on while there is work", "[tuning]") {
    const double before = processor_seconds();
    while (processor_seconds() == before) {
    }
    CHECK(processor_seconds() > before);
}

}  // namespace espalier::tuning
