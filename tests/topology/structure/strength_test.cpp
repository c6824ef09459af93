#include <cmath>

#include <espalier/topology/structure/strength.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("strength: signs do not cancel", "[topology][strength]") {
    //        inputs  0   1   2
    // output 0:      1  -2   .
    // output 1:      .   3   .
    const Layer drawn = weighted_layer(pattern({{1, 1, 0}, {0, 1, 0}}), {1, -2, 3});
    CHECK(input_strengths(drawn) == std::vector<double>{1, 5, 0});
    CHECK(output_strengths(drawn) == std::vector<double>{3, 3});
    const MetricValue inputs = input_strength_metric(drawn);
    CHECK(inputs.find("mean")->number() == 2);
    CHECK(inputs.find("min")->number() == 0);
    CHECK(inputs.find("max")->number() == 5);
    CHECK(inputs.find("std")->number() == Approx(std::sqrt(14.0 / 3.0)));
    CHECK(inputs.find("gini")->number() == Approx(10.0 / 18.0));
    CHECK(output_strength_metric(drawn).find("gini")->number() == 0);
}

TEST_CASE("strength: of a full layer too", "[topology][strength]") {
    const Layer full = weighted_layer(Pattern::full(2, 2), {1, 2, 3, 4});
    CHECK(input_strengths(full) == std::vector<double>{4, 6});
    CHECK(output_strengths(full) == std::vector<double>{3, 7});
}

TEST_CASE("strength: undefined without weights", "[topology][strength]") {
    CHECK(input_strength_metric(layer("l", Pattern::full(2, 3))).reason() == "no weights");
    CHECK(output_strength_metric(layer("l", Pattern())).reason() == "no weights");
    const Layer bad = weighted_layer(Pattern::full(2, 2), {1, std::nanf(""), 3, 4});
    CHECK(input_strength_metric(bad).reason() == "the weight of output 0 from input 1 is NaN");
    CHECK(output_strength_metric(bad).reason() == input_strength_metric(bad).reason());
}

}  // namespace espalier::topology
