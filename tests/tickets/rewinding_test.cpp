#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/pruning.hpp>
#include <espalier/tickets/rewinding.hpp>
#include <espalier/training/trainer/trainer.hpp>

#include "support.hpp"
#include "training/run_requests.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

using topology::StoredNetwork;

StoredNetwork two_layers() {
    StoredNetwork network;
    network.topology.layers = {{"fc1", {2, 3}, pattern({{1, 1, 1}, {1, 0, 1}}), {1, 2, 3, 4, 5}},
                               {"fc2", {1, 2}, Pattern::full(1, 2), {6, 7}}};
    network.parameters = {{"fc1", "bias", {0.1F, 0.2F}}, {"fc2", "bias", {0.3F}}};
    return network;
}

std::vector<Pattern> masks_in(const StoredNetwork& network) {
    std::vector<Pattern> masks;
    for (const topology::Layer& layer : network.topology.layers) masks.push_back(layer.pattern);
    return masks;
}

}  // namespace

TEST_CASE("rewinding: a mask keeps the source's weights and all its other parameters", "[tickets]") {
    const StoredNetwork ticket = masked(two_layers(), {pattern({{0, 1, 0}, {1, 0, 1}}), pattern({{0, 1}})});
    CHECK(ticket.topology.layers[0].values == std::vector<float>{2, 4, 5});
    CHECK(ticket.topology.layers[1].values == std::vector<float>{7});
    CHECK(ticket.topology.layers[0].pattern == pattern({{0, 1, 0}, {1, 0, 1}}));
    CHECK(ticket.parameters[0].values == std::vector<float>{0.1F, 0.2F});
    CHECK(ticket.parameters[1].values == std::vector<float>{0.3F});
}

TEST_CASE("rewinding: a mask beyond the source is refused", "[tickets]") {
    CHECK_THROWS_WITH(masked(two_layers(), {Pattern::full(2, 3), Pattern::full(1, 2)}),
                      "layer fc1 has no weight at (1, 1), which the mask keeps");
    CHECK_THROWS_WITH(masked(two_layers(), {Pattern::full(3, 2), Pattern::full(1, 2)}), Contains("layer fc1"));
    StoredNetwork bare = two_layers();
    bare.topology.layers[1].values.clear();
    CHECK_THROWS_WITH(masked(bare, masks_in(bare)), "layer fc2 has a mask but no weights");
}

TEST_CASE("rewinding: shuffled masks have the counts of each layer and no more in common than chance", "[tickets]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const std::vector<Pattern> masks = {random_pattern(100, 80, 0.1, stream), Pattern::full(10, 100)};
    const std::vector<Pattern> moved = shuffled(masks, 5, 3);
    CHECK(moved[0].edges() == masks[0].edges());
    CHECK(moved[1] == masks[1]);
    CHECK((shuffled(masks, 5, 3) == moved));
    CHECK_FALSE(shuffled(masks, 5, 4)[0] == moved[0]);
    std::size_t common = 0;
    for (std::size_t row = 0; row < 100; ++row) common += count_common(masks[0].row(row), moved[0].row(row));
    CHECK(static_cast<double>(common) == Approx(80.0).margin(40.0));  // 8000 * 0.1 * 0.1, deviation about 9
}

TEST_CASE(
    "rewinding: a new draw is the dense network of another seed, biases and all, whatever the configuration keeps",
    "[tickets]") {
    const training::RunRequest sparse = digits_request("set", "unused", {"model.activation=srelu"});
    training::RunRequest dense = digits_request("dense", "unused", {"model.activation=srelu", "seed=77"});
    training::Trainer trainer(dense.config, digits());
    const StoredNetwork draw = dense_draw(sparse.config, 64, 10, 77);
    REQUIRE(draw.topology.layers.size() == 3);
    for (std::size_t l = 0; l < 3; ++l) {
        const auto& values = trainer.network().weight(trainer.weighted_layers()[l])->parameter().values;
        CHECK(std::ranges::equal(draw.topology.layers[l].values, values));
        CHECK(draw.topology.layers[l].pattern.is_full());
    }
    CHECK(draw.topology.layers[0].name == "000_fc1");
    std::set<std::string> others;
    for (const topology::StoredParameter& parameter : draw.parameters) others.insert(parameter.name);
    CHECK(others.contains("bias"));
    CHECK(others.size() > 1);  // those of srelu
    CHECK_FALSE(dense_draw(sparse.config, 64, 10, 78).topology.layers[0].values == draw.topology.layers[0].values);
}

TEST_CASE("rewinding: through ten levels masks are nested and every kept weight is the first network's, bit for bit",
          "[tickets]") {
    Stream stream = test_stream(1);
    INFO(seed_text());
    const StoredNetwork start = dense_draw(digits_request("dense", "unused").config, 64, 10, 5);
    const Pruning pruning{.rates = {1, 1, 1}};
    StoredNetwork ticket = start;
    for (int level = 1; level <= 10; ++level) {
        StoredNetwork trained = ticket;  // anything may happen to the weights
        for (topology::Layer& layer : trained.topology.layers) {
            for (float& value : layer.values) value += static_cast<float>(stream.below(1000)) / 1000.0F;
        }
        std::vector<std::size_t> counts;
        for (const topology::Layer& layer : trained.topology.layers) counts.push_back(layer.pattern.edges());
        const auto masks = pruned_masks(trained.topology, removals(counts, 0.2, pruning), pruning, 0, 0);
        const StoredNetwork next = masked(start, masks);
        for (std::size_t l = 0; l < 3; ++l) {
            const topology::Layer& layer = next.topology.layers[l];
            const auto flat = layer.pattern.flat();
            for (std::size_t k = 0; k < flat.size(); ++k) {
                CHECK(layer.values[k] == start.topology.layers[l].values[flat[k]]);
            }
        }
        CHECK_NOTHROW(masked(ticket, masks));  // nested: no position is new
        ticket = next;
    }
}

}  // namespace espalier::tickets
