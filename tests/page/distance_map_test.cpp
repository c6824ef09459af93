#include <algorithm>
#include <cmath>

#include <espalier/page/distance_map.hpp>

#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
TEST_CASE("distance_map: what is close comes side by side", "[page][distance_map]") {
    // 0 with 2 and 1 with 3 are close; the pairs are far apart.
    const DistanceMap::Square distances = {{0, .9, .1, .8}, {.9, 0, .9, .2}, {.1, .9, 0, .8}, {.8, .2, .8, 0}};
    CHECK(cluster_order(distances) == std::vector<std::size_t>{0, 2, 1, 3});
    CHECK(cluster_order({{0}}) == std::vector<std::size_t>{0});
    CHECK(cluster_order({}).empty());
}

TEST_CASE("distance_map: between runs at each moment, and within each run", "[page][distance_map]") {
    const auto a = one_layer(pattern({{1, 1, 0, 0}, {0, 0, 1, 1}}));
    const auto b = one_layer(pattern({{1, 0, 1, 0}, {0, 1, 0, 1}}));
    const Course course{.runs = {0, 1}, .names = {"epoch 0", "epoch 1"}, .at = {{a, a}, {a, b}}, .left_out = {}};
    const DistanceMap map = distance_map(course, tell_nobody);
    CHECK(map.metric == "nnstd");
    REQUIRE(map.between.size() == 2);
    CHECK(map.between[0][0][1] == 0.0);
    CHECK(map.between[1][0][1] == Approx(2.0 / 3.0));  // a common input of three, for each output
    REQUIRE(map.within.size() == 2);
    CHECK(map.within[0][0][1] == 0.0);
    CHECK(map.within[1][0][1] == Approx(2.0 / 3.0));
    CHECK(map.left_out.empty());
}

TEST_CASE("distance_map: more than time allows is left out, and said", "[page][distance_map]") {
    const topology::Topology wide = one_layer(Pattern::empty(20'000, 1));
    const std::vector<topology::Topology> four(4, wide);
    const Course course{.runs = {0, 1, 2, 3}, .names = {"a", "b", "c"}, .at = {four, four, four}, .left_out = {}};
    const DistanceMap map = distance_map(course, tell_nobody);
    CHECK(map.runs.size() == 2);
    CHECK(map.between.size() == 2);
    CHECK(map.within.empty());
    CHECK(map.left_out.size() == 3);
}

}  // namespace espalier::page
