#include <espalier/topology/distance/dice.hpp>

#include "topology/distance_battery.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("dice: three common edges of four and four", "[topology][dice]") {
    //        inputs 0 1 2          0 1 2
    // output 0:     x x .          x . .        in common: 3
    // output 1:     . x x          x x x
    CHECK(dice_distance(pattern({{1, 1, 0}, {0, 1, 1}}), pattern({{1, 0, 0}, {1, 1, 1}})) == Approx(1.0 - 6.0 / 8.0));
    CHECK(dice_distance(Pattern::empty(2, 2), Pattern::full(2, 2)) == 1);
}

TEST_CASE("dice: agrees with its definition on random patterns", "[topology][dice]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(200, 40)) {
        const EdgeCounts n = counted(a, b);
        const int both = n.first + n.second;
        CHECK(dice_distance(a, b) == Approx(both == 0 ? 0.0 : 1.0 - 2.0 * n.both / both).margin(1e-15));
    }
}

TEST_CASE("dice: identity, symmetry, bounds", "[topology][dice]") {
    check_distance(dice_distance);
}

}  // namespace espalier::topology
