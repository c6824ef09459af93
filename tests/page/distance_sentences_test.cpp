#include <cmath>

#include <espalier/page/distance_sentences.hpp>

#include "support.hpp"

namespace espalier::page {
namespace {

using Square = topology::DistanceMatrix::Square;

/// Two groups with seeds 0 and 1.
const std::vector<Member> four = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};

/// Pairs of one seed in both groups are `same` apart, all others `other`.
Square square(double same, double other) {
    return {{0, other, same, other}, {other, 0, other, same}, {same, other, 0, other}, {other, same, other, 0}};
}

}  // namespace

TEST_CASE("distance_sentences: seeds against groups, as the ranges say", "[page][sentences]") {
    CHECK(between_sentence(square(0.4, 0.7), four) ==
          "Runs of one seed are closer across groups than any two of different seeds: 0.40 against 0.70.");
    CHECK(between_sentence(square(0.8, 0.7), four) ==
          "Runs of one seed are further apart across groups than any two of different seeds: 0.80 against 0.70.");
    CHECK(between_sentence(square(0.0, 0.7), four) ==
          "Runs of one seed have equal topologies in all groups; different seeds are 0.70 apart.");
    Square overlapping = square(0.4, 0.7);
    overlapping[0][1] = overlapping[1][0] = 0.3;
    CHECK(between_sentence(overlapping, four) ==
          "Runs of one seed are 0.40 apart across groups on average, those of different seeds 0.60.");
}

TEST_CASE("distance_sentences: where seeds or groups are alone only ranges are told", "[page][sentences]") {
    CHECK(between_sentence({{0, .5, .6}, {.5, 0, .7}, {.6, .7, 0}}, {{0, 0}, {0, 1}, {0, 2}}) ==
          "Pairs are 0.50 to 0.70 apart, 0.60 on average.");
    CHECK(between_sentence({{0, .5}, {.5, 0}}, {{0, 0}, {1, 0}}) == "The two runs are 0.50 apart.");
    CHECK(between_sentence(square(0, 0), four) == "All topologies are equal.");
    CHECK(between_sentence({{0, .5}, {.5, 0}}, {{0, 0, false}, {1, 0, false}}) == "The two topologies are 0.50 apart.");
    CHECK(between_sentence({{0}}, {{0, 0}}) == "One run alone has nothing to be far from.");
}

TEST_CASE("distance_sentences: how far a run has moved", "[page][sentences]") {
    CHECK(within_sentence({{0, 0}, {0, 0}}, "static s0") == "static s0 never changes its topology.");
    CHECK(within_sentence({{0, .4}, {.4, 0}}, "set s0") == "set s0 ends 0.40 from its first mask.");
    const Square course = {{0, .3, .35, .4}, {.3, 0, .1, .2}, {.35, .1, 0, .05}, {.4, .2, .05, 0}};
    CHECK(within_sentence(course, "set s0") ==
          "set s0 ends 0.40 from its first mask; between the first two moments it moves by 0.30, between the last two "
          "by 0.05.");
}

TEST_CASE("distance_sentences: the mean between seeds of one group", "[page][sentences]") {
    CHECK(mean_between_seeds(square(0.4, 0.7), four) == Approx(0.7));
    CHECK(std::isnan(mean_between_seeds({{0, .5}, {.5, 0}}, {{0, 0}, {1, 0}})));
}

}  // namespace espalier::page
