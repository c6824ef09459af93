#include <espalier/nn/layers/srelu_layer.hpp>

#include "nn/gradient_check.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("srelu layer: gradients of the input and of all four parameters", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Srelu<double> layer("s", 9);
    randomise(layer, stream);
    for (double& threshold : arrays_of(layer)[2]->values) threshold *= 0.5;  // so that lanes fall on all three sides
    for (double& threshold : arrays_of(layer)[0]->values) threshold *= 0.5;
    check_gradients(layer, 40, stream);
}

TEST_CASE("srelu layer: starts as published", "[nn]") {
    Srelu<float> layer("s", 1000);
    layer.initialise(Stream(1, Purpose::weight_init, 2));
    const auto p = arrays_of(layer);
    CHECK(p[0]->values == AlignedVector<float>(1000, 0.0F));
    CHECK(p[3]->values == AlignedVector<float>(1000, 1.0F));
    for (const float slope : p[1]->values) CHECK((slope >= 0.0F && slope < 1.0F));
    double mean = 0.0;
    for (const float threshold : p[2]->values) mean += threshold / 1000.0;
    CHECK(mean == Approx(2.5).margin(0.2));
}

}  // namespace espalier::nn
