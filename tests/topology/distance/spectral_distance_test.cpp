#include <cmath>

#include <espalier/topology/distance/spectral_distance.hpp>

#include "topology/distance_battery.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("spectral distance: the layers of definitions.md 6.31", "[topology][spectral_distance]") {
    // biadjacency, rows = inputs; patterns are drawn transposed. Singular values 2.101003, 1.259280, 1 and 2.449490,
    // 1.414214, 0; the first's norm is the root of 7 edges
    const Pattern a = pattern({{1, 0, 1, 0}, {1, 1, 0, 0}, {0, 1, 1, 1}});
    const Pattern b = pattern({{1, 1, 1, 1}, {1, 1, 0, 0}, {0, 0, 1, 1}});
    const double expected = std::sqrt((std::pow(2.449490 - 2.101003, 2) + std::pow(1.414214 - 1.259280, 2) + 1) / 7);
    CHECK(spectral_distance(a, b) == Approx(expected).margin(1e-6));
}

TEST_CASE("spectral distance: 0 for renumbered layers, symmetric at equal numbers of edges",
          "[topology][spectral_distance]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 20; ++trial) {
        Stream stream = test_stream(trial);
        const Pattern a = random_pattern(15, 25, 0.05 * trial, stream);
        const auto outputs = random_permutation(15, stream);
        const auto inputs = random_permutation(25, stream);
        const Pattern moved = renumbered(a, outputs, inputs);
        CHECK(spectral_distance(a, a) == 0);
        CHECK(spectral_distance(a, moved) == Approx(0).margin(1e-12));
        const Pattern b = random_pattern(15, 25, 0.3, stream);
        const double there = spectral_distance(a, b) * std::sqrt(static_cast<double>(a.edges()));
        const double back = spectral_distance(b, a) * std::sqrt(static_cast<double>(b.edges()));
        if (a.edges() > 0) CHECK(there == Approx(back).margin(1e-12));
    }
}

TEST_CASE("spectral distance: layers without edges, and different shapes", "[topology][spectral_distance]") {
    CHECK(spectral_distance(Pattern::empty(3, 4), Pattern::empty(3, 4)) == 0);
    CHECK(spectral_distance(Pattern::empty(3, 4), Pattern::full(3, 4)) == 1);
    CHECK(spectral_distance(Pattern::full(3, 4), Pattern::empty(3, 4)) == 1);
    CHECK(spectral_distance(Pattern(), Pattern()) == 0);
    CHECK_THROWS(spectral_distance(Pattern::full(3, 4), Pattern::full(3, 5)));
}

}  // namespace espalier::topology
