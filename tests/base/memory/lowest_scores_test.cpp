#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <espalier/base/memory/lowest_scores.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;
namespace {

/// By sorting: worse first, of equal scores the higher number first.
std::vector<bool> lowest_by_definition(const std::vector<float>& scores, std::size_t count) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(
        order, [&](std::size_t a, std::size_t b) { return scores[a] != scores[b] ? scores[a] < scores[b] : a > b; });
    std::vector<bool> lowest(scores.size(), false);
    for (std::size_t k = 0; k < count; ++k) lowest[order[k]] = true;
    return lowest;
}

std::vector<bool> lowest(const std::vector<float>& scores, std::size_t count) {
    const LowestScores goes(scores, count, "test");
    std::vector<bool> all;
    for (std::size_t k = 0; k < scores.size(); ++k) all.push_back(goes.contains(k));
    return all;
}

}  // namespace

TEST_CASE("lowest scores: what sorting gives, ties by the higher number, for every count", "[base]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int round = 0; round < 60; ++round) {
        const std::size_t size = stream.below(60);
        std::vector<float> scores;
        for (std::size_t k = 0; k < size; ++k) {
            const auto few = static_cast<float>(stream.below(7)) - 3.0F;  // many ties
            scores.push_back(round % 2 == 0 ? few : few * std::ldexp(1.0F, static_cast<int>(stream.below(200)) - 100));
        }
        for (std::size_t count = 0; count <= size; ++count) {
            CHECK((lowest(scores, count) == lowest_by_definition(scores, count)));
        }
    }
}

TEST_CASE("lowest scores: zeros of both signs are equal, infinities and denormals in order", "[base]") {
    const float infinity = std::numeric_limits<float>::infinity();
    const float denormal = std::numeric_limits<float>::denorm_min();
    const std::vector<float> scores{0.0F, -0.0F, infinity, -infinity, denormal, -denormal, 0.0F};
    for (std::size_t count = 0; count <= scores.size(); ++count) {
        CHECK((lowest(scores, count) == lowest_by_definition(scores, count)));
    }
    CHECK((lowest({0.0F, -0.0F, 1.0F}, 1) == std::vector<bool>{false, true, false}));
}

TEST_CASE("lowest scores: many scores, equal or not, on any number of threads", "[base]") {
    INFO(seed_text());
    Stream stream = test_stream();
    std::vector<float> scores;
    for (const double value : random_values(300000, stream)) scores.push_back(std::abs(static_cast<float>(value)));
    for (std::size_t k = 0; k < scores.size(); k += 3) scores[k] = 0.0F;  // as after growth: a third at zero
    for (const std::size_t count : {1UL, 50000UL, 100000UL, 150000UL, 299999UL}) {
        const auto expected = lowest_by_definition(scores, count);
        for (const int number : {1, 2, 4}) {
            set_threads(number);
            CHECK((lowest(scores, count) == expected));
        }
        set_threads(1);
    }
}

TEST_CASE("lowest scores: a score that is not a number is an error", "[base]") {
    const std::vector<float> scores{1.0F, std::nanf(""), 2.0F};
    CHECK_THROWS_WITH(LowestScores(scores, 1, "drop rule magnitude"), Contains("drop rule magnitude"));
    CHECK_THROWS_AS(LowestScores(scores, 0, "x"), NumericError);
}

}  // namespace espalier
