#include <espalier/nn/layers/dropout_layer.hpp>

#include "nn/gradient_check.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("dropout layer: gradients pass the very elements that went forward", "[nn]") {
    INFO(seed_text());
    Dropout<double> layer("d", 10, 0.4, 2);
    check_gradients(layer, 20, test_stream());
}

TEST_CASE("dropout layer: the identity outside training; another step drops others", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Dropout<float> layer("d", 10, 0.4, 2);
    const auto in = random_activations<float>(10, 20, stream);
    const auto run = [&](const Pass& pass) {
        kernels::Activations<float> out(10, 20);
        layer.forward(in.view(), out.view(), pass);
        return bytes_of(out);
    };
    CHECK((run({false, 1, 1}) == bytes_of(in)));
    CHECK((run({.training = true, .seed = 1, .step = 1, .without_noise = true}) == bytes_of(in)));
    CHECK((run({true, 1, 1}) == run({true, 1, 1})));
    CHECK_FALSE((run({true, 1, 1}) == run({true, 1, 2})));
    CHECK_FALSE((run({true, 1, 1}) == run({true, 2, 1})));
}

}  // namespace espalier::nn
