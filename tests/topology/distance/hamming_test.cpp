#include <espalier/topology/distance/hamming.hpp>

#include "topology/distance_battery.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("hamming: two of six positions differ", "[topology][hamming]") {
    CHECK(hamming_distance(pattern({{1, 1, 0}, {0, 1, 1}}), pattern({{1, 0, 0}, {1, 1, 1}})) == Approx(2.0 / 6.0));
}

TEST_CASE("hamming: agrees with its definition on random patterns", "[topology][hamming]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(200, 40)) {
        const EdgeCounts n = counted(a, b);
        CHECK(hamming_distance(a, b) == Approx(static_cast<double>(n.either - n.both) / n.positions).margin(1e-15));
    }
}

TEST_CASE("hamming: is a distance", "[topology][hamming]") {
    check_distance(hamming_distance);
    check_triangle(hamming_distance);
}

}  // namespace espalier::topology
