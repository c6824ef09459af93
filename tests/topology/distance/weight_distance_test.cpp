#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/distance/matched_neurons.hpp>
#include <espalier/topology/distance/weight_distance.hpp>
#include <espalier/topology/registry.hpp>

#include "topology/weighted_networks.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("cosine and l2: by hand", "[topology][weight_distance]") {
    // a = (3, 4), b = (4, 3): a b = 24, |a| = |b| = 5, |a - b|^2 = 2
    const WeightSums sums{25, 25, 24, 2};
    CHECK(cosine_distance(sums) == Approx(1 - 24. / 25));
    CHECK(l2_distance(sums) == Approx(std::sqrt(2.) / 10));
    const WeightSums opposite{1, 1, -1, 4};
    CHECK(cosine_distance(opposite) == 2);
    CHECK(l2_distance(opposite) == 1);
}

TEST_CASE("cosine and l2: layers without weights", "[topology][weight_distance]") {
    CHECK(cosine_distance({}) == 0);
    CHECK(l2_distance({}) == 0);
    CHECK(cosine_distance({2, 0, 0, 2}) == 1);
    CHECK(l2_distance({2, 0, 0, 2}) == 1);
}

TEST_CASE("cosine and l2: 0 for a network and for itself renumbered, symmetric as numbered",
          "[topology][weight_distance]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Topology net = network("a", {random_pattern(30, 40, 0.4, stream), random_pattern(10, 30, 0.4, stream)});
    for (Layer& layer : net.layers) layer = with_weights(layer, stream);
    const auto order = random_permutation(30, stream);
    const Topology copy{"b",
                        {renumbered(net.layers[0], identity_partners(30), identity_partners(40)),
                         renumbered(net.layers[1], identity_partners(10), identity_partners(30))}};
    const Topology moved{"c",
                         {renumbered(net.layers[0], order, identity_partners(40)),
                          renumbered(net.layers[1], identity_partners(10), order)}};
    for (const std::string name : {"cosine", "l2"}) {
        INFO(name);
        const Distance& distance = find_distance(name);
        Settings as_numbered = settings_of(distance);
        as_numbered.set("align", "none");
        CHECK(measure(distance, net, copy).values == std::vector<double>{0, 0});
        CHECK(measure(distance, net, moved).values[0] == Approx(0).margin(1e-12));
        CHECK(measure(distance, net, moved).values[1] == Approx(0).margin(1e-12));
        Settings jointly = settings_of(distance);
        jointly.set("align", "nnstd_joint");
        CHECK(distance.of_networks(net, moved, jointly).values[1] == Approx(0).margin(1e-12));
        const auto apart = distance.of_networks(net, moved, as_numbered).values;
        CHECK(apart[0] > 0.3);
        const auto back = distance.of_networks(moved, net, as_numbered).values;
        for (std::size_t k = 0; k < 2; ++k) CHECK(back[k] == Approx(apart[k]).margin(1e-12));
        CHECK_THROWS_WITH(measure(distance, net, network("bare", {moved.layers[0].pattern, moved.layers[1].pattern})),
                          Contains("bare has none in layer 'layer0'"));
    }
}

}  // namespace espalier::topology
