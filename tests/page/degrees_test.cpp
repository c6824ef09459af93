#include <numeric>

#include <espalier/page/degrees.hpp>

#include "support.hpp"

namespace espalier::page {

TEST_CASE("degrees: bars of both moments share their width and hold every neuron", "[page][degrees]") {
    const std::vector<std::uint32_t> first = {0, 1, 1, 3};
    const std::vector<std::uint32_t> last = {2, 2, 2, 2};
    const DegreeBars bars = degree_bars(first, last);
    CHECK(bars.width == 1);
    CHECK(bars.first == std::vector<std::uint64_t>{1, 2, 0, 1});
    CHECK(bars.last == std::vector<std::uint64_t>{0, 0, 4, 0});

    const std::vector<std::uint32_t> wide = {0, 500, 1000};
    const DegreeBars merged = degree_bars(wide, wide);
    CHECK(merged.last.size() <= most_bars);
    CHECK(merged.width * merged.last.size() > 1000);
    CHECK(std::accumulate(merged.last.begin(), merged.last.end(), std::uint64_t{0}) == 3);
}

TEST_CASE("degrees: of one moment alone nothing is said of a start", "[page][degrees]") {
    const std::vector<std::uint32_t> only = {2, 2, 0, 0};
    CHECK(degree_sentence(only, "The 4 outputs of fc1") ==
          "The 4 outputs of fc1 have 1.0 connections on average, deviation 1.0, 2 with none.");
}

TEST_CASE("degrees: what became of them", "[page][degrees]") {
    const std::vector<std::uint32_t> first = {2, 2, 2, 2};
    const std::vector<std::uint32_t> last = {0, 4, 4, 0};
    CHECK(degree_sentence(first, last, "The 4 outputs of fc1") ==
          "The 4 outputs of fc1 have 2.0 connections on average, deviation 2.0, 2 with none; at the start 2.0 "
          "connections on average, deviation 0.0.");
    CHECK(degree_sentence(first, first, "The 4 outputs of fc1") ==
          "The 4 outputs of fc1 have 2.0 connections on average, deviation 0.0, each as at the start.");
    const std::vector<std::uint32_t> moved = {4, 0, 0, 4};
    CHECK(degree_sentence(last, moved, "They") ==
          "They have 2.0 connections on average, deviation 2.0, 2 with none, at the start and at the end.");
}

}  // namespace espalier::page
