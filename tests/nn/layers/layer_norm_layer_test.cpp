#include <espalier/nn/layers/layer_norm_layer.hpp>

#include "nn/gradient_check.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

kernels::Activations<double> normalised(LayerNorm<double>& layer, const kernels::Activations<double>& in) {
    kernels::Activations<double> out(layer.outputs(), in.view().lanes);
    const kernels::View<const double> seen = in.view();
    Cache<double> cache;
    layer.forward_node({&seen, 1}, out.view(), cache, {});
    return out;
}

}  // namespace

TEST_CASE("layer norm layer: gradients, for whole and partial cache lines of samples", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const std::size_t lanes : {1U, 16U, 37U}) {
        LayerNorm<double> layer("ln1", 6);
        randomise(layer, stream);
        check_gradients(layer, lanes, stream);
    }
}

TEST_CASE("layer norm layer: each sample by itself, as torch.nn.LayerNorm has it", "[nn]") {
    LayerNorm<double> layer("ln1", 2);
    kernels::Activations<double> in(2, 3);
    for (std::size_t lane = 0; lane < 3; ++lane) {
        in.view().row(0)[lane] = static_cast<double>(lane);
        in.view().row(1)[lane] = 3.0 * static_cast<double>(lane) + 2.0;
    }
    const auto out = normalised(layer, in);
    for (std::size_t lane = 0; lane < 3; ++lane) {
        const double distance = static_cast<double>(lane) + 1.0;  // of both from their mean
        const double expected = distance / std::sqrt(distance * distance + 1e-5);
        CHECK(out.view().row(0)[lane] == Approx(-expected).epsilon(1e-14));
        CHECK(out.view().row(1)[lane] == Approx(expected).epsilon(1e-14));
    }
}

}  // namespace espalier::nn
