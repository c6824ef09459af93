#include <espalier/topology/distance/overlap.hpp>

#include "topology/distance_battery.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("overlap: a part of the other is at distance 0, one empty layer at 1", "[topology][overlap]") {
    const Pattern part = pattern({{1, 0, 0}, {0, 1, 0}});
    const Pattern whole = pattern({{1, 1, 0}, {0, 1, 1}});
    CHECK(overlap_distance(part, whole) == 0);
    CHECK(overlap_distance(whole, pattern({{1, 0, 1}, {0, 0, 0}})) == 0.5);
    CHECK(overlap_distance(part, pattern({{0, 0, 0}, {0, 0, 0}})) == 1);
}

TEST_CASE("overlap: agrees with its definition on random patterns", "[topology][overlap]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(200, 40)) {
        const EdgeCounts n = counted(a, b);
        const int smaller = std::min(n.first, n.second);
        if (smaller == 0) continue;
        CHECK(overlap_distance(a, b) == Approx(1.0 - static_cast<double>(n.both) / smaller).margin(1e-15));
    }
}

TEST_CASE("overlap: is a distance but for the triangle", "[topology][overlap]") {
    check_distance(overlap_distance);
}

}  // namespace espalier::topology
