#include <espalier/topology/paths/flow_network.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// The smallest cut over all sides of the source, and its smallest side (which is unique).
FlowNetwork::Flow smallest_cut(const FlowNetwork& network, std::size_t vertices) {
    FlowNetwork::Flow best{-1, {}};
    for (std::uint32_t side = 1; side < (1U << vertices); side += 2) {  // vertex 0 in, ...
        if ((side >> (vertices - 1) & 1U) != 0) continue;               // ... the last one out
        FlowNetwork::Capacity cut = 0;
        for (const auto& edge : network.edges()) {
            if ((side >> edge.from & 1U) != 0 && (side >> edge.to & 1U) == 0) cut += edge.capacity;
        }
        std::vector<char> members(vertices);
        for (std::size_t v = 0; v < vertices; ++v) members[v] = static_cast<char>(side >> v & 1U);
        const bool is_smaller =
            cut == best.value && std::ranges::count(members, 1) < std::ranges::count(best.source_side, 1);
        if (best.value < 0 || cut < best.value || is_smaller) best = {cut, members};
    }
    return best;
}

}  // namespace

TEST_CASE("flow network: maximum flow is the minimum cut, found by trying all", "[topology][flow_network]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 300; ++trial) {
        Stream stream = test_stream(trial);
        const std::size_t vertices = 2 + stream.below(8);
        FlowNetwork network(vertices);
        for (std::uint64_t count = stream.below(3 * vertices); count > 0; --count) {
            const auto from = static_cast<std::uint32_t>(stream.below(vertices));
            const auto to = static_cast<std::uint32_t>(stream.below(vertices));
            if (from != to) network.add_edge(from, to, static_cast<std::int64_t>(stream.below(5)));
        }
        const FlowNetwork::Flow expected = smallest_cut(network, vertices);
        const FlowNetwork::Flow found = network.solve(0, static_cast<std::uint32_t>(vertices - 1));
        CHECK(found.value == expected.value);
        CHECK(found.source_side == expected.source_side);
    }
}

TEST_CASE("flow network: no edges, and flow that must be taken back", "[topology][flow_network]") {
    CHECK(FlowNetwork(2).solve(0, 1).value == 0);
    //   0 -> 1 -> 3 -> 5,  0 -> 2 -> 4 -> 5,  1 -> 4 and 2 -> 3: two paths, whichever is found first
    FlowNetwork network(6);
    for (const auto& [from, to] :
         std::vector<std::pair<std::uint32_t, std::uint32_t>>{{0, 1}, {0, 2}, {1, 4}, {1, 3}, {2, 4}, {3, 5}, {4, 5}}) {
        network.add_edge(from, to, 1);
    }
    CHECK(network.solve(0, 5).value == 2);
}

}  // namespace espalier::topology
