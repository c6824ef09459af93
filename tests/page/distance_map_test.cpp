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

TEST_CASE("distance_map: what has one snapshot has no map of its own", "[page][distance_map]") {
    const auto a = one_layer(pattern({{1, 1, 0, 0}, {0, 0, 1, 1}}));
    Course course{.runs = {4, 7}, .names = {"start", "end"}, .at = {{a, a}, {a, a}}, .left_out = {}, .single = {1, 0}};
    const DistanceMap map = distance_map(course, tell_nobody);
    CHECK(map.within.size() == 1);
    CHECK(map.within_runs == std::vector<std::size_t>{7});
    const Course alone{.runs = {0}, .names = {"end"}, .at = {{a}}, .left_out = {}, .single = {1}};
    CHECK(distance_map(alone, tell_nobody).is_empty());
}

TEST_CASE("distance_map: more than time allows is left out, and said", "[page][distance_map]") {
    const double limit = most_matching_work;
    const MapPlan all = plan_map(limit / 1000.0, 5, 12);  // 12 moments of 10 pairs, and 66 pairs of moments of 5 runs
    CHECK(all.runs.size() == 5);
    CHECK(all.moments.size() == 12);
    CHECK(all.has_within);
    CHECK(all.left_out.empty());

    const MapPlan without_within = plan_map(limit / 200.0, 5, 12);
    CHECK(without_within.moments.size() == 12);
    CHECK(!without_within.has_within);
    CHECK(without_within.left_out ==
          std::vector<std::string>{"distances within runs over time: they would take minutes"});

    const MapPlan fewer = plan_map(limit / 6.0, 5, 12);
    CHECK(fewer.runs == std::vector<std::size_t>{0, 2, 4});
    CHECK(fewer.moments == std::vector<std::size_t>{0, 11});
    CHECK(fewer.left_out ==
          std::vector<std::string>{"the map of distances has 3 of 5 runs: more would take minutes",
                                   "the map of distances has 2 of 12 moments: more would take minutes"});

    const MapPlan least = plan_map(limit, 5, 12);
    CHECK(least.runs == std::vector<std::size_t>{0, 4});
    CHECK(least.moments == std::vector<std::size_t>{11});
    CHECK(least.left_out.size() == 3);

    const MapPlan none = plan_map(limit + 1.0, 5, 12);
    CHECK(none.runs.empty());
    CHECK(none.left_out == std::vector<std::string>{"the map of distances: a single one would take minutes"});
}

TEST_CASE("distance_map: a network that is too large for one distance has no map", "[page][distance_map]") {
    const std::vector<topology::Topology> two(2, one_layer(Pattern::empty(30'000, 1)));
    const Course course{.runs = {0, 1}, .names = {"a", "b"}, .at = {two, two}, .left_out = {}};
    const DistanceMap map = distance_map(course, tell_nobody);
    CHECK(map.is_empty());
    CHECK(map.left_out.size() == 1);
}

}  // namespace espalier::page
