#include <espalier/topology/structure/connectivity_bound.hpp>

#include "topology/graphs.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("connectivity_bound: means over all neurons, dead ones too", "[topology][spectra]") {
    CHECK(connectivity_bound_metric(layer("l", Pattern::full(5, 10))).number() == Approx(2.0 + 3.0));
    const Layer dead = layer("l", blocks({Pattern::full(6, 4), Pattern::empty(2, 2)}));  // 24 edges over 6 and over 8
    CHECK(connectivity_bound_metric(dead).number() == Approx(std::sqrt(3) + std::sqrt(2)));
}

TEST_CASE("connectivity_bound: undefined where a mean degree is below 1", "[topology][spectra]") {
    CHECK(connectivity_bound_metric(layer("l", Pattern())).reason() == "no edges");
    CHECK_THAT(connectivity_bound_metric(layer("l", pattern({{1, 0, 1}}))).reason(), Contains("inputs"));
    CHECK_THAT(connectivity_bound_metric(layer("l", pattern({{1}, {0}}))).reason(), Contains("outputs"));
    CHECK(connectivity_bound_metric(layer("l", pattern({{1}}))).number() == 0);
}

}  // namespace espalier::topology
