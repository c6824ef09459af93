#include <espalier/topology/distance/jaccard.hpp>

#include "topology/distance_battery.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("jaccard: three of five edges in common", "[topology][jaccard]") {
    //        inputs 0 1 2          0 1 2
    // output 0:     x x .          x . .        in common: 3
    // output 1:     . x x          x x x        in either: 5
    CHECK(jaccard_distance(pattern({{1, 1, 0}, {0, 1, 1}}), pattern({{1, 0, 0}, {1, 1, 1}})) ==
          Approx(1.0 - 3.0 / 5.0));
}

TEST_CASE("jaccard: agrees with its definition on random patterns", "[topology][jaccard]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(200, 40)) {
        const EdgeCounts n = counted(a, b);
        const double expected = n.either == 0 ? 0.0 : 1.0 - static_cast<double>(n.both) / n.either;
        CHECK(jaccard_distance(a, b) == Approx(expected).margin(1e-15));
    }
}

TEST_CASE("jaccard: is a distance", "[topology][jaccard]") {
    check_distance(jaccard_distance);
    check_triangle(jaccard_distance);
}

}  // namespace espalier::topology
