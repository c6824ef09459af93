#include <espalier/training/updates/explored_masks.hpp>

#include "training/update_memories.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("explored masks: the union of each layer's masks, through a checkpoint too", "[training]") {
    ExploredMasks explored;
    explored.add_layer(pattern({{1, 0, 0}, {0, 0, 1}}), 100);
    explored.add_layer(pattern({{1, 1}}), 100);
    explored.add(0, pattern({{0, 1, 0}, {0, 0, 1}}));
    REQUIRE(explored.layers().size() == 2);
    CHECK(explored.layers()[0].count() == 3U);
    CHECK(explored.layers()[1].count() == 2U);

    ExploredMasks other;
    other.add_layer(pattern({{0, 0, 0}, {1, 0, 0}}), 100);
    other.add_layer(pattern({{1, 0}}), 100);
    through_checkpoint(explored, other);
    CHECK(other.layers()[0].count() == 3U);
    CHECK((other.layers()[0].mask(2, 3) == pattern({{1, 1, 0}, {0, 0, 1}})));
    CHECK(other.layers()[1].count() == 2U);
}

}  // namespace espalier::training
