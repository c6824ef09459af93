#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/alignment/unit_states.hpp>

#include "hidden_networks.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("unit states: units take theirs along", "[topology][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const StoredNetwork network =
        hidden_network({.widths = {10, 20, 15, 4}, .density = 0.3, .with_srelu = true}, stream);
    const Permutations moves = random_permutations(network, stream);
    const StoredNetwork moved = permuted(network, moves);
    set_threads(2);
    const UnitStates states(pair_networks(network, moved, AlignmentObjective::weights, true));
    set_threads(1);
    const UnitStates own(pair_networks(network, network, AlignmentObjective::weights, true));
    for (std::size_t g = 0; g < 2; ++g) {
        const CostMatrix costs = states.costs(g);
        const CostMatrix wanted = own.costs(g);
        for (std::size_t i = 0; i < costs.rows(); ++i) {
            for (std::size_t j = 0; j < costs.cols(); ++j) {
                CHECK(costs(i, j) == Approx(wanted(i, moves[g][j])).margin(1e-9));
            }
        }
    }
}

TEST_CASE("unit states: units that differ only far away have different ones", "[topology][alignment]") {
    // Two ways from the input to the output, all weights 1 but the last.
    const Pattern pair_of_units = Pattern::from_flat(2, 2, std::vector<std::uint64_t>{0, 3});
    StoredNetwork network{{.label = "t", .layers = {}}, {}};
    network.topology.layers = {weighted_layer(Pattern::full(2, 1), {1, 1}), weighted_layer(pair_of_units, {1, 1}),
                               weighted_layer(pair_of_units, {1, 1}), weighted_layer(Pattern::full(1, 2), {1, 2})};
    for (std::size_t l = 0; l < 4; ++l) network.topology.layers[l].name = "fc" + std::to_string(l);
    const UnitStates states(pair_networks(network, network, AlignmentObjective::weights, true));
    for (std::size_t g = 0; g < 3; ++g) {
        const CostMatrix costs = states.costs(g);
        CHECK(costs(0, 0) + costs(1, 1) < costs(0, 1) + costs(1, 0) - 1e-6);
    }
}

}  // namespace espalier::topology
