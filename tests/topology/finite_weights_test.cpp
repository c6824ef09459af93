#include <limits>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/finite_weights.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("finite weights: the first that is none is named with its place", "[topology][finite_weights]") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinite = std::numeric_limits<float>::infinity();
    Topology network{"net",
                     {{"fc1", {2, 3}, pattern({{1, 0, 1}, {0, 1, 0}}), {1, 2, 0}},
                      {"fc2", {2, 2}, Pattern::full(2, 2), {1, 2, 3, 4}},
                      {"fc3", {1, 2}, pattern({{1, 1}}), {}}}};
    CHECK_FALSE(weight_not_finite(network));
    require_finite_weights(network);
    network.layers[1].values[3] = infinite;
    CHECK(weight_not_finite(network) == "layer 'fc2': the weight of output 1 from input 1 is infinite");
    network.layers[0].values[2] = nan;
    CHECK(weight_not_finite(network.layers[0]) == "the weight of output 1 from input 1 is NaN");
    CHECK_THROWS_WITH(require_finite_weights(network),
                      Contains("net: layer 'fc1'") && Contains("output 1 from input 1"));
    network.layers[0].values = {nan, 1, 2};
    CHECK(weight_not_finite(network.layers[0]) == "the weight of output 0 from input 0 is NaN");
}

}  // namespace espalier::topology
