#include <espalier/topology/spectral/delta_s.hpp>

#include "topology/graphs.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("delta_s: complete layers and two components", "[topology][spectra]") {
    const MetricValue complete = delta_s_metric(layer("l", Pattern::full(4, 9)));
    CHECK(complete.find("bound")->number() == Approx(2 * std::sqrt(5)));
    CHECK(complete.find("gap")->number() == Approx(2 * std::sqrt(5)));
    CHECK(complete.find("normalized")->number() == 1);
    const MetricValue two = delta_s_metric(layer("l", blocks({Pattern::full(4, 9), Pattern::full(3, 3)})));
    CHECK(two.find("gap")->number() == Approx(2 * std::sqrt(5) - 3));
    CHECK(two.find("normalized")->number() == Approx(1 - 3 / (2 * std::sqrt(5))));
}

TEST_CASE("delta_s: undefined where degrees are small", "[topology][spectra]") {
    CHECK(delta_s_metric(layer("l", Pattern::empty(4, 4))).reason() == "no edges");
    CHECK(delta_s_metric(layer("l", Pattern::full(9, 2))).is_undefined());
}

}  // namespace espalier::topology
