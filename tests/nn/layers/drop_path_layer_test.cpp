#include <espalier/nn/layers/drop_path_layer.hpp>

#include "nn/gradient_check.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("drop path layer: gradients pass the very samples that went forward", "[nn]") {
    INFO(seed_text());
    DropPath<double> layer("d", 10, 0.4, 2);
    check_gradients(layer, 20, test_stream());
}

TEST_CASE("drop path layer: whole samples go, the others are divided; blocks of a batch drop what it drops", "[nn]") {
    const std::size_t lanes = 4000;
    DropPath<float> layer("d", 3, 0.3, 2);
    kernels::Activations<float> in(3, lanes);
    kernels::Activations<float> out(3, lanes);
    for (std::size_t f = 0; f < 3; ++f) std::fill_n(in.view().row(f), lanes, 1.0F);
    const Pass pass{.training = true, .seed = 5, .step = 7};
    layer.forward(std::as_const(in).view(), out.view(), pass);
    std::size_t kept = 0;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        const float first = out.view().row(0)[lane];
        REQUIRE((first == 0.0F || first == static_cast<float>(1.0 / 0.7)));
        CHECK(out.view().row(1)[lane] == first);
        CHECK(out.view().row(2)[lane] == first);
        if (first != 0.0F) ++kept;
    }
    CHECK(static_cast<double>(kept) / lanes == Approx(0.7).margin(0.04));  // five deviations

    kernels::Activations<float> part(3, 100);
    kernels::Activations<float> of_part(3, 100);
    for (std::size_t f = 0; f < 3; ++f) std::fill_n(part.view().row(f), 100, 1.0F);
    Pass block = pass;
    block.part = {.first = 1234, .samples = lanes};
    layer.forward(std::as_const(part).view(), of_part.view(), block);
    for (std::size_t lane = 0; lane < 100; ++lane) CHECK(of_part.view().row(0)[lane] == out.view().row(0)[1234 + lane]);
}

TEST_CASE("drop path layer: the identity outside training; another step drops others", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    DropPath<float> layer("d", 10, 0.4, 2);
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
