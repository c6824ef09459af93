#include <set>

#include <espalier/topology/graph/visited_positions.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("visited positions: counts what a set counts, as bits and as a table", "[topology][visited_positions]") {
    INFO(seed_text());
    Stream stream = test_stream();
    // few positions: bits; a layer of 2^40 positions: a table
    for (const std::uint64_t positions : {std::uint64_t{1}, std::uint64_t{1000}, std::uint64_t{1} << 40}) {
        for (const std::size_t expected : {0, 10, 1000}) {
            VisitedPositions set(positions, expected);
            std::set<std::uint64_t> twin;
            for (int k = 0; k < 3000; ++k) {
                std::uint64_t position = stream.below(positions);
                if (k % 2 == 0) position = std::min(position % 700, positions - 1);  // neighbours and repetitions
                set.insert(position);
                twin.insert(position);
                REQUIRE(set.size() == twin.size());
            }
        }
    }
}

}  // namespace espalier::topology
