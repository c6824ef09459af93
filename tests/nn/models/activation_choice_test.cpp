#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/models/activation_choice.hpp>

#include "support.hpp"

namespace espalier::nn {

TEST_CASE("activation: All-ReLU alternates its slope, minus first", "[nn]") {
    const ActivationChoice choice{&activation("all_relu"), 0.01, 0.6};
    CHECK(choice.slope(1) == -0.6);
    CHECK(choice.slope(2) == 0.6);
    CHECK(choice.slope(3) == -0.6);
    CHECK(choice.gain(1) == Approx(std::sqrt(2.0 / 1.36)));
    CHECK(ActivationChoice{&activation("relu")}.gain(1) == Approx(std::sqrt(2.0)));
}

TEST_CASE("activation: the node of each registered kind, and none of others", "[nn]") {
    for (const Activation& entry : activations()) {
        const NodeSpec node = activation_spec({&entry}, 2, 7);
        CHECK(node.kind == entry.name);
        CHECK(node.name == entry.name + "2");
        CHECK(node.outputs == 7);
        CHECK(node.others == (entry.name == "srelu" ? 28 : 0));
    }
    CHECK_THROWS_AS(activation("swish"), ConfigError);
}

}  // namespace espalier::nn
