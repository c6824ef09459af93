#include <espalier/topology/generators/swap_graph.hpp>

#include "topology/generator_battery.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("swap graph: the one swap that two edges have", "[topology][generators]") {
    //  x .    . x
    //  . x    x .
    Stream stream = test_stream();
    SwapGraph graph(pattern({{1, 0}, {0, 1}}));
    while (graph.attempt_swaps(1, stream) == 0) {
    }
    CHECK(graph.pattern() == pattern({{0, 1}, {1, 0}}));
}

TEST_CASE("swap graph: nothing moves where nothing can", "[topology][generators]") {
    Stream stream = test_stream();
    for (const Pattern& fixed :
         {pattern({{1, 1}, {0, 1}}), pattern({{1, 1, 0}}), pattern({{0, 0}}), Pattern::full(3, 3)}) {
        SwapGraph graph(fixed);
        CHECK(graph.attempt_swaps(100, stream) == 0);
        CHECK(graph.pattern() == fixed);
    }
}

TEST_CASE("swap graph: duplicates are swapped away, degrees stay", "[topology][generators]") {
    Stream stream = test_stream();
    SwapGraph graph(4, {2, 2, 2, 2}, {0, 0, 1, 1, 2, 2, 3, 3});
    CHECK_THROWS_AS(graph.pattern(), FormatError);
    REQUIRE(graph.resolve_duplicates(10000, stream));
    CHECK(spread(output_degrees(graph.pattern())) == 0);
    CHECK(spread(input_degrees(graph.pattern())) == 0);
    SwapGraph hopeless(2, {2, 0}, {0, 0});  // one output, fed twice by one input
    CHECK_FALSE(hopeless.resolve_duplicates(10000, stream));
}

}  // namespace espalier::topology
