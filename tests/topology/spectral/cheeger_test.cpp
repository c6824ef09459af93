#include <espalier/topology/spectral/cheeger.hpp>

#include "topology/graphs.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("cheeger: worked examples", "[topology][spectra]") {
    const Pattern a = pattern({{1, 0, 1, 0}, {1, 1, 0, 0}, {0, 1, 1, 1}});  // definitions.md 6.31, A and B
    const Pattern b = pattern({{1, 1, 1, 1}, {1, 1, 0, 0}, {0, 0, 1, 1}});
    const MetricValue of_a = cheeger_metric(layer("a", a));
    CHECK(of_a.find("spectral_gap")->number() == Approx(1 - 0.645497).margin(1e-6));
    CHECK(of_a.find("lower")->number() == Approx(of_a.find("spectral_gap")->number() / 2));
    CHECK(of_a.find("upper")->number() == Approx(std::sqrt(2 * of_a.find("spectral_gap")->number())));
    CHECK(cheeger_metric(layer("b", b)).find("spectral_gap")->number() == Approx(1 - 0.707107).margin(1e-6));
}

TEST_CASE("cheeger: 1 for a complete layer, exactly 0 for a disconnected one", "[topology][spectra]") {
    CHECK(cheeger_metric(layer("l", Pattern::full(7, 5))).find("spectral_gap")->number() == Approx(1));
    const Layer two = layer("l", blocks({Pattern::full(3, 4), Pattern::empty(1, 1), Pattern::full(2, 2)}));
    CHECK(cheeger_metric(two).find("spectral_gap")->number() == 0);
    CHECK(cheeger_metric(two).find("upper")->number() == 0);
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(20, 8)) {
        if (a.edges() == 0 || b.edges() == 0) continue;
        CHECK(cheeger_metric(layer("l", blocks({a, b}))).find("spectral_gap")->number() == 0);
    }
    const Layer dead = layer("l", blocks({Pattern::full(3, 4), Pattern::empty(5, 5)}));  // dead neurons do not count
    CHECK(cheeger_metric(dead).find("spectral_gap")->number() == Approx(1));
    CHECK(cheeger_metric(layer("l", Pattern::empty(3, 4))).reason() == "no edges");
}

}  // namespace espalier::topology
