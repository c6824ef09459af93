#include <cmath>

#include <espalier/topology/degree.hpp>

#include "networks.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("degree: both sides of a drawn layer", "[topology][degree]") {
    //        inputs 0 1 2 3     fan-in
    // output 0:     x x . .     2
    // output 1:     x . . .     1
    // output 2:     . . . .     0
    // fan-out       2 1 0 0
    const Layer drawn = layer("l", pattern({{1, 1, 0, 0}, {1, 0, 0, 0}, {0, 0, 0, 0}}));
    const MetricValue value = degree_metric(drawn);
    const MetricValue& inputs = *value.find("inputs");
    CHECK(inputs.find("mean")->number() == 0.75);
    CHECK(inputs.find("min")->number() == 0);
    CHECK(inputs.find("max")->number() == 2);
    CHECK(inputs.find("std")->number() == Approx(std::sqrt(5.0 / 4.0 - 0.75 * 0.75)));
    CHECK(inputs.find("dead")->number() == 2);
    const MetricValue& outputs = *value.find("outputs");
    CHECK(outputs.find("mean")->number() == 1);
    CHECK(outputs.find("std")->number() == Approx(std::sqrt(2.0 / 3.0)));
    CHECK(outputs.find("dead")->number() == 1);
}

TEST_CASE("degree: both sides sum to the edges", "[topology][degree]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(100, 30)) {
        const auto in = input_degrees(a);
        const auto out = output_degrees(a);
        CHECK(std::accumulate(in.begin(), in.end(), std::size_t{0}) == a.edges());
        CHECK(std::accumulate(out.begin(), out.end(), std::size_t{0}) == a.edges());
        CHECK(in == output_degrees(a.transposed()));
    }
}

TEST_CASE("degree: a side without neurons has none", "[topology][degree]") {
    const MetricValue value = degree_metric(layer("l", Pattern::full(0, 3)));
    CHECK(value.find("outputs")->is_undefined());
    CHECK(value.find("inputs")->find("dead")->number() == 3);
}

}  // namespace espalier::topology
