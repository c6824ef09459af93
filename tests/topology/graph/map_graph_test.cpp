#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/map_graph.hpp>
#include <espalier/topology/paths/effective_maps.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

using Spans = std::vector<std::pair<std::size_t, std::size_t>>;

/// One convolution of two channels on 4x4 pixels with a window of 3x3 and padding 1, then a maximum over all.
Topology small_network() {
    const MapAxis same{.kernel = 3, .before = 1, .after = 1};
    const MapAxis all{.kernel = 4, .stride = 4};
    MapGraph maps{{2, 4, 4}, {}};
    maps.nodes.push_back({"conv", "conv2d", {map_input}, {3, 4, 4}, std::array{same, same}});
    maps.nodes.push_back({"pool", "max_pool", {0}, {3, 1, 1}, std::array{all, all}});
    Topology net{"small", {layer("conv", Pattern::full(3, 18))}};
    net.layers[0].shape = {3, 2, 3, 3};
    net.maps = std::make_shared<MapGraph>(maps);
    return net;
}

std::string refusal(const std::function<void(MapGraph&)>& change) {
    MapGraph maps = *small_network().maps;
    change(maps);
    try {
        require_consistent(maps, "net");
    } catch (const FormatError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("map graph: windows along an axis, cut at the edges", "[topology][map_graph]") {
    CHECK(window_spans({.kernel = 2, .stride = 2}, 5, false) == Spans{{0, 2}, {2, 4}});
    CHECK(window_spans({.kernel = 2, .stride = 2}, 5, true) == Spans{{0, 2}, {2, 4}, {4, 5}});
    CHECK(window_spans({.kernel = 3, .stride = 2, .before = 1, .after = 1}, 4, false) == Spans{{0, 2}, {1, 4}});
    // A window that would begin in the padding on the right is none.
    CHECK(window_spans({.kernel = 2, .stride = 2, .before = 1, .after = 1}, 3, true) == Spans{{0, 1}, {1, 3}});
    CHECK(window_spans({.kernel = 6}, 5, false).empty());
    CHECK(adaptive_spans(5, 2) == Spans{{0, 3}, {2, 5}});
    CHECK(adaptive_spans(2, 4) == Spans{{0, 1}, {0, 1}, {1, 2}, {1, 2}});  // inputs repeat
}

TEST_CASE("map graph: paths through a padded window are its meetings with pixels", "[topology][map_graph]") {
    // Along an axis of 4 pixels the three places of the window meet 3, 4 and 3 of them.
    CHECK(paths_through_maps(small_network()).paths.to_double() == 2 * 3 * 10 * 10);
    Topology centre = small_network();
    centre.layers[0].pattern = pattern({{0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                                        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
                                        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}});
    const MapPaths found = paths_through_maps(centre);
    CHECK(found.paths.to_double() == 4 * 4 + 3 * 3);
    CHECK(found.edges[0] == std::vector<char>{1, 1});
}

TEST_CASE("map graph: sizes that do not go together are refused by name", "[topology][map_graph]") {
    CHECK(refusal([](MapGraph&) {}).empty());
    CHECK_THAT(refusal([](MapGraph& maps) { maps.nodes[0].image.height = 5; }), Contains("'conv'"));
    CHECK_THAT(refusal([](MapGraph& maps) { maps.nodes[0].window.reset(); }), Contains("'conv'"));
    CHECK_THAT(refusal([](MapGraph& maps) { maps.nodes[1].image.channels = 2; }), Contains("'pool'"));
    CHECK_THAT(refusal([](MapGraph& maps) { maps.nodes[1].inputs = {1}; }), Contains("not before it"));
    CHECK_THAT(refusal([](MapGraph& maps) { maps.nodes[1].inputs.clear(); }), Contains("takes nothing"));
    CHECK_THAT(refusal([](MapGraph& maps) { maps.nodes[1].inputs = {0, 0}; }), Contains("several inputs"));
    CHECK_THAT(refusal([](MapGraph& maps) { maps.nodes[1].kind = "reflection_pad"; }), Contains("not known"));
    CHECK_THAT(refusal([](MapGraph& maps) { maps.nodes[1].kind = "sum"; }), Contains("other sizes"));
    CHECK_THAT(refusal([](MapGraph& maps) { (*maps.nodes[0].window)[0].kernel = 0; }), Contains("size or stride of 0"));
    CHECK_THAT(refusal([](MapGraph& maps) { maps.nodes[0].image.channels = std::size_t{1} << 40; }), Contains("2^24"));
}

}  // namespace espalier::topology
