#include <espalier/topology/structure/layer_pair.hpp>

#include "topology/all_paths.hpp"
#include "topology/measured.hpp"

namespace espalier::topology {
using namespace testing;

using Degrees = std::vector<std::uint32_t>;

TEST_CASE("layer pair: degrees on both sides of the worked example", "[topology][layer_pair]") {
    const Topology net = worked_example();
    for (const DegreeVectors vectors : {DegreeVectors::full, DegreeVectors::cut}) {  // no output is dead
        const auto pair = pair_degrees(LayerGraph(net), 1, vectors);
        REQUIRE(pair);
        CHECK(pair->in == Degrees{2, 2, 3});
        CHECK(pair->out == Degrees{1, 2, 0});
        CHECK((pair->block == 1 && pair->active_inputs == 4 && pair->active_outputs == 2));
    }
}

TEST_CASE("layer pair: cut vectors shift where the last outputs are dead", "[topology][layer_pair]") {
    const Topology net = network("dead", {pattern({{1, 1}, {1, 0}, {0, 0}}), Pattern::full(2, 3)});
    const auto cut = pair_degrees(LayerGraph(net), 1, DegreeVectors::cut);
    REQUIRE(cut);
    CHECK(cut->in == Degrees{1, 2, 1});  // the second input's fan-out stands for the first output
    CHECK(pair_degrees(LayerGraph(net), 1)->in == Degrees{2, 1, 0});
    const Topology short_one = network("short", {pattern({{1}, {0}, {0}, {0}}), Pattern::full(2, 4)});
    CHECK_FALSE(pair_degrees(LayerGraph(short_one), 1, DegreeVectors::cut));
    CHECK_THAT(measured("copeland", short_one, {{"degree_vectors", "cut"}}).layers[1].reason(), Contains("fewer"));
    const Topology empty = network("empty", {Pattern::empty(2, 3), Pattern::full(2, 2)});
    CHECK(pair_degrees(LayerGraph(empty), 1, DegreeVectors::cut)->in == Degrees{0, 0});
}

}  // namespace espalier::topology
