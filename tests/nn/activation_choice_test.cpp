#include <cmath>

#include <espalier/base/error.hpp>
#include <espalier/nn/activation_choice.hpp>

#include "support.hpp"

namespace espalier::nn {

TEST_CASE("activation: All-ReLU alternates its slope, minus first", "[nn]") {
    const ActivationChoice choice{"all_relu", 0.01, 0.6};
    CHECK(choice.slope(1) == -0.6);
    CHECK(choice.slope(2) == 0.6);
    CHECK(choice.slope(3) == -0.6);
    CHECK(choice.gain(1) == Approx(std::sqrt(2.0 / 1.36)));
    CHECK(ActivationChoice{"relu"}.gain(1) == Approx(std::sqrt(2.0)));
}

TEST_CASE("activation: every registered kind can be made, others not", "[nn]") {
    for (const Named& entry : activations()) {
        const auto layer = make_activation<float>({entry.name}, 1, 7, Stream(1, Purpose::weight_init));
        CHECK(layer->kind() == entry.name);
        CHECK(layer->outputs() == 7);
    }
    CHECK_THROWS_AS(make_activation<float>({"swish"}, 1, 7, Stream(1, Purpose::weight_init)), ConfigError);
}

}  // namespace espalier::nn
