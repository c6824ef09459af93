#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/superposition/prune_to.hpp>

#include "dense_twin.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

struct Place {
    std::size_t layer;
    std::size_t at;
    float magnitude;
};

/// All weights sorted: larger magnitude first, of equal ones the earlier layer, then the lower flat index.
std::vector<DenseLayer> pruned_by_definition(const StoredNetwork& network, std::size_t keep,
                                             const std::vector<bool>& untouched) {
    std::vector<DenseLayer> layers = written_out(network);
    std::vector<Place> places;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        for (std::size_t at = 0; at < layers[l].size(); ++at) {
            if (!layers[l][at]) continue;
            const bool stays = l < untouched.size() && untouched[l];
            places.push_back({l, at, stays ? INFINITY : std::abs(*layers[l][at])});
        }
    }
    std::ranges::stable_sort(places, std::ranges::greater{}, &Place::magnitude);
    for (std::size_t k = keep; k < places.size(); ++k) layers[places[k].layer][places[k].at].reset();
    return layers;
}

}  // namespace

TEST_CASE("prune to: the largest stay, ties to the lower index", "[topology][prune_to]") {
    const Layer first{"a", {2, 2}, pattern({{1, 1}, {1, 1}}), {1.0F, -3.0F, 2.0F, 0.0F}};
    const Layer second{"b", {1, 3}, pattern({{1, 1, 1}}), {-2.0F, 0.5F, 2.0F}};
    const StoredNetwork network{{.label = "n", .layers = {first, second}}, {{"a", "bias", {7.0F, 8.0F}}}};
    const StoredNetwork three = prune_to(network, 3);
    CHECK(three.topology.layers[0].pattern == pattern({{0, 1}, {1, 0}}));
    CHECK(three.topology.layers[1].pattern == pattern({{1, 0, 0}}));
    CHECK(three.topology.layers[1].values == std::vector<float>{-2.0F});
    CHECK(three.parameters[0].values == std::vector<float>{7.0F, 8.0F});
    const std::size_t each[] = {1, 2};
    const StoredNetwork layerwise = prune_layers_to(network, each);
    CHECK(layerwise.topology.layers[0].pattern == pattern({{0, 1}, {0, 0}}));
    CHECK(layerwise.topology.layers[1].pattern == pattern({{1, 0, 1}}));
    CHECK(edges(prune_to(network, 0).topology) == 0);
}

TEST_CASE("prune to agrees with sorting, and keeps exactly as many", "[topology][prune_to]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 60; ++trial) {
        Stream stream = test_stream(trial);
        const StoredNetwork network = random_network("n", 0.1 * (1 + trial % 10), stream, trial % 3 == 0 ? 1 : 0.5);
        const std::vector<bool> untouched = {false, false, trial % 3 == 0};
        const std::size_t all = edges(network.topology);
        const std::size_t whole = untouched[2] ? 36 : 0;
        const std::size_t keep = whole + stream.below(all - whole + 10);
        set_threads(1 + static_cast<int>(trial % 2));
        const StoredNetwork pruned = prune_to(network, keep, untouched);
        CHECK(written_out(pruned) == pruned_by_definition(network, keep, untouched));
        CHECK(edges(pruned.topology) == std::min(keep, all));
    }
    set_threads(1);
}

TEST_CASE("prune to: bad counts", "[topology][prune_to]") {
    Stream stream = test_stream();
    const StoredNetwork network = random_network("n", 0.5, stream, 1);
    CHECK_THROWS_WITH(prune_to(network, 35, {false, false, true}), Contains("35") && Contains("36"));
    CHECK_THROWS_WITH(prune_layers_to(network, {}), Contains("0 counts for 3 layers"));
    CHECK_THROWS_AS(kept_at(0, 100), ConfigError);
    CHECK_THROWS_AS(kept_at(1.5, 100), ConfigError);
    CHECK_THROWS_AS(kept_at(std::nan(""), 100), ConfigError);
}

TEST_CASE("kept at: whole parts of decimal densities", "[topology][prune_to]") {
    for (std::size_t k = 1; k <= 1000; ++k) CHECK(kept_at(static_cast<double>(k) / 1000, 1000) == k);
    CHECK(kept_at(0.29, 100) == 29);
    CHECK(kept_at(0.05, 235'200) == 11'760);
    CHECK(kept_at(0.299, 10) == 2);
}

TEST_CASE("values at a pattern: of positions that are kept", "[topology][prune_to]") {
    const Layer layer{"a", {2, 3}, pattern({{1, 0, 1}, {1, 1, 0}}), {1.0F, 2.0F, 3.0F, 4.0F}};
    CHECK(values_at(layer, pattern({{0, 0, 1}, {1, 1, 0}})) == std::vector<float>{2.0F, 3.0F, 4.0F});
    CHECK_THROWS_WITH(values_at(layer, pattern({{0, 1, 1}, {1, 1, 0}})), Contains("not kept"));
    CHECK_THROWS_AS(values_at(layer, pattern({{0, 1}})), FormatError);
}

}  // namespace espalier::topology
