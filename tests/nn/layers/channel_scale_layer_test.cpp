#include <espalier/nn/layers/channel_scale_layer.hpp>

#include "kernels/images/convolution_case.hpp"
#include "nn/gradient_check.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("channel scale layer: gradients of inputs and numbers", "[nn][images]") {
    INFO(seed_text());
    Stream stream = test_stream();
    ChannelScale<double> layer("block", {3, 4, 5}, 1e-6);
    randomise(layer, stream);
    check_gradients(layer, 5, stream);
}

TEST_CASE("channel scale layer: it begins with its start, and multiplies whole channels, borders apart",
          "[nn][images]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const kernels::Image image = kernels::with_border({3, 12, 13});
    REQUIRE(image.border == 1);
    ChannelScale<float> layer("block", image, 0.5);
    CHECK(arrays_of(layer)[0]->name == "gamma");
    CHECK(arrays_of(layer)[0]->values == AlignedVector<float>(3, 0.5F));
    arrays_of(layer)[0]->values = {2.0F, -1.0F, 0.25F};
    const std::size_t lanes = 20;  // two blocks
    kernels::Activations<float> in;
    kernels::Activations<float> out;
    in.resize(image.room(), lanes, kernels::Layout::lane_blocks);
    out.resize(image.room(), lanes, kernels::Layout::lane_blocks);
    for (std::size_t b = 0; b < in.view().blocks(); ++b) {
        for (std::size_t f = 0; f < image.features(); ++f) {
            for (std::size_t k = 0; k < in.view().block(b).lanes; ++k)
                in.view().block(b).row(image.place(f))[k] = static_cast<float>(random_values(1, stream)[0]);
        }
    }
    layer.forward(std::as_const(in).view(), out.view(), {});
    double sum = 0.0;  // of all there is
    double expected = 0.0;
    for (std::size_t b = 0; b < in.view().blocks(); ++b) {
        for (std::size_t f = 0; f < image.features(); ++f) {
            const float gamma = arrays_of(layer)[0]->values[f / image.pixels()];
            for (std::size_t k = 0; k < in.view().block(b).lanes; ++k) {
                const float value = in.view().block(b).row(image.place(f))[k] * gamma;
                CHECK(out.view().block(b).row(image.place(f))[k] == value);
                expected += std::abs(static_cast<double>(value));
            }
        }
    }
    for (std::size_t k = 0; k < out.view().elements(); ++k) sum += std::abs(static_cast<double>(out.view().data[k]));
    CHECK(sum == Approx(expected));
}

}  // namespace espalier::nn
