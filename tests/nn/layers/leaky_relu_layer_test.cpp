#include <espalier/nn/layers/leaky_relu_layer.hpp>

#include "nn/gradient_check.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("leaky relu layer: gradients, and in place only where the output tells the sign", "[nn]") {
    INFO(seed_text());
    for (const double slope : {0.0, 0.01, 0.6, -0.6}) {
        LeakyRelu<double> layer("r", "relu", 8, slope);
        check_gradients(layer, 11, test_stream());
        CHECK((layer.in_place() != InPlace::no) == (slope >= 0.0));
    }
}

}  // namespace espalier::nn
