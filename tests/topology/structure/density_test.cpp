#include <espalier/topology/structure/density.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("density: of a network it is over all positions together", "[topology][density]") {
    const Topology net = network("n", {pattern({{1, 0, 0, 0}, {0, 0, 0, 0}}), pattern({{1, 1}})});
    CHECK(edges_metric(net.layers[0]).number() == 1);
    CHECK(density_metric(net.layers[0]).number() == 0.125);
    CHECK(network_edges(net).number() == 3);
    CHECK(network_density(net).number() == Approx(3.0 / 10.0));
    CHECK(density_metric(layer("none", Pattern())).is_undefined());
    CHECK(network_density(network("none", {})).is_undefined());
}

}  // namespace espalier::topology
