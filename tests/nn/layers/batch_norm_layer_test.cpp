#include <espalier/base/text/error.hpp>
#include <espalier/nn/layers/batch_norm_layer.hpp>

#include "nn/gradient_check.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

constexpr Pass training{.training = true};

/// What the layer makes of one batch.
template <class T>
kernels::Activations<T> output_of(BatchNorm<T>& layer, const kernels::Activations<T>& in, const Pass& pass) {
    kernels::Activations<T> out(layer.outputs(), in.view().lanes);
    const kernels::View<const T> seen = in.view();
    Cache<T> cache;
    layer.forward_node({&seen, 1}, out.view(), cache, pass);
    return out;
}

}  // namespace

TEST_CASE("batch norm layer: gradients by the batch's moments and by running ones", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    BatchNorm<double> layer("bn1", 6);
    for (Parameter<double>* parameter : arrays_of(layer)) {
        const std::vector<double> drawn = random_values(parameter->values.size(), stream);
        for (std::size_t k = 0; k < drawn.size(); ++k) parameter->values[k] = 1.5 + drawn[k];
    }
    check_gradients(layer, 13, stream);
    check_gradients(layer, 13, stream, {.training = true, .running_statistics = true});
}

TEST_CASE("batch norm layer: two samples by hand, and what torch.nn.BatchNorm1d keeps of them", "[nn]") {
    BatchNorm<double> layer("bn1", 1);
    kernels::Activations<double> in(1, 2);
    in.view().row(0)[0] = 1.0;
    in.view().row(0)[1] = 4.0;
    const auto out = output_of(layer, in, training);  // mean 2.5, variance 2.25
    CHECK(out.view().row(0)[0] == Approx(-1.5 / std::sqrt(2.25 + 1e-5)).epsilon(1e-14));
    CHECK(out.view().row(0)[1] == Approx(1.5 / std::sqrt(2.25 + 1e-5)).epsilon(1e-14));
    const std::vector<Parameter<double>*> arrays = arrays_of(layer);
    CHECK(arrays[2]->values[0] == Approx(0.25).epsilon(1e-14));             // 0.9 * 0 + 0.1 * 2.5
    CHECK(arrays[3]->values[0] == Approx(0.9 + 0.1 * 4.5).epsilon(1e-14));  // the unbiased variance is 4.5
    const auto evaluated = output_of(layer, in, {});
    CHECK(evaluated.view().row(0)[0] == Approx((1.0 - 0.25) / std::sqrt(1.35 + 1e-5)).epsilon(1e-14));
}

TEST_CASE("batch norm layer: only training moves the running means", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    BatchNorm<float> layer("bn1", 5);
    const auto in = random_activations<float>(5, 9, stream);
    const AlignedVector<float> mean = arrays_of(layer)[2]->values;
    output_of(layer, in, {});
    output_of(layer, in, {.training = true, .without_noise = true});
    output_of(layer, in, {.training = true, .running_statistics = true});
    CHECK(arrays_of(layer)[2]->values == mean);
    output_of(layer, in, training);
    CHECK_FALSE(arrays_of(layer)[2]->values == mean);
}

TEST_CASE("batch norm layer: outputs have mean 0 and deviation 1 whatever the inputs' scale and place", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    BatchNorm<double> layer("bn1", 4);
    auto in = random_activations<double>(4, 37, stream);
    for (std::size_t f = 0; f < 4; ++f) {
        for (std::size_t lane = 0; lane < 37; ++lane) in.view().row(f)[lane] = 1e3 + 50.0 * in.view().row(f)[lane];
    }
    const auto out = output_of(layer, in, training);
    for (std::size_t f = 0; f < 4; ++f) {
        double sum = 0.0;
        double squares = 0.0;
        for (std::size_t lane = 0; lane < 37; ++lane) {
            sum += out.view().row(f)[lane];
            squares += std::pow(out.view().row(f)[lane], 2);
        }
        CHECK(sum == Approx(0.0).margin(1e-9));
        CHECK(squares / 37.0 == Approx(1.0).epsilon(1e-6));
    }
}

TEST_CASE("batch norm layer: a training batch of one sample is refused", "[nn]") {
    BatchNorm<float> layer("block1.norm", 3);
    const kernels::Activations<float> in(3, 1);
    CHECK_THROWS_WITH(output_of(layer, in, training), Contains("block1.norm") && Contains("training.batch_size"));
    CHECK_NOTHROW(output_of(layer, in, {}));
}

}  // namespace espalier::nn
