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

TEST_CASE("layer timing: every product takes time both ways, whatever the lanes", "[tuning]") {
    LayerTiming layer(40, 30, 0.3);
    for (const nn::Product product : nn::all_products) {
        for (const std::size_t lanes : {1, 20}) {
            const Seconds seconds = layer.measure(product, lanes, 0.0);
            CHECK(seconds.sparse > 0.0);
            CHECK(seconds.dense > 0.0);
            CHECK(seconds.sparse < 1.0);
            CHECK(seconds.dense < 1.0);
        }
    }
}

TEST_CASE("layer timing: a hundredth of the weights is not slower than all of them", "[tuning]") {
    LayerTiming few(400, 400, 0.01);
    LayerTiming many(400, 400, 1.0);
    for (const nn::Product product : nn::all_products) {
        CHECK(few.measure(product, 64, 0.002).sparse < many.measure(product, 64, 0.002).sparse);
    }
}

}  // namespace espalier::tuning
