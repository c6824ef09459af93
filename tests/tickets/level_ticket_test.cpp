#include <cmath>

#include <espalier/base/text/error.hpp>

#include "lottery_runs.hpp"
#include "support.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

using topology::Layer;
using topology::StoredNetwork;

/// The weight of `network` at a flat position of layer l; NaN where it keeps none.
float weight_at(const StoredNetwork& network, std::size_t l, std::uint64_t flat) {
    const Layer& layer = network.topology.layers[l];
    const auto row = layer.pattern.row(flat / layer.pattern.cols());
    const auto found = std::lower_bound(row.begin(), row.end(), flat % layer.pattern.cols());
    if (found == row.end() || *found != flat % layer.pattern.cols()) return std::nanf("");
    return layer
        .values[layer.pattern.row_begin(flat / layer.pattern.cols()) + static_cast<std::size_t>(found - row.begin())];
}

/// Every weight of a network is that of another at its position, bit for bit.
bool takes_weights_of(const StoredNetwork& network, const StoredNetwork& other) {
    for (std::size_t l = 0; l < network.topology.layers.size(); ++l) {
        const Layer& layer = network.topology.layers[l];
        const auto flat = layer.pattern.flat();
        for (std::size_t k = 0; k < flat.size(); ++k) {
            if (layer.values[k] != weight_at(other, l, flat[k])) return false;
        }
    }
    return true;
}

std::vector<Pattern> masks_of(const StoredNetwork& network) {
    std::vector<Pattern> masks;
    for (const Layer& layer : network.topology.layers) masks.push_back(layer.pattern);
    return masks;
}

std::vector<float> biases(const StoredNetwork& network) {
    std::vector<float> all;
    for (const topology::StoredParameter& parameter : network.parameters) {
        all.insert(all.end(), parameter.values.begin(), parameter.values.end());
    }
    return all;
}

}  // namespace

TEST_CASE("level ticket: rewound levels are nested, exact in number, and begin with W_k bit for bit", "[tickets]") {
    for (const char* scope : {"global", "layer"}) {
        for (const std::string rewind : {"0it", "9it", "1ep"}) {
            INFO(scope << ", rewound to " << rewind);
            const TemporaryFolder folder;
            SmallLottery lottery(folder.path(), "levels = 4\nfraction = 0.3\nscope = \"" + std::string(scope) +
                                                    "\"\nrewind = \"" + rewind + "\"\n");
            CHECK(lottery.work_off() == 5);
            const std::int64_t k = lottery.levels[1].start;
            const StoredNetwork w_k = lottery.snapshot(0, "@" + std::to_string(k));
            for (std::size_t level = 1; level <= 4; ++level) {
                const StoredNetwork start = lottery.snapshot(level, "@first");
                CHECK(takes_weights_of(start, w_k));
                CHECK((biases(start) == biases(w_k)));
                CHECK(takes_weights_of(start, lottery.snapshot(level, "@" + std::to_string(k))));
                // nested: no position that the level before has not
                const StoredNetwork before = lottery.snapshot(level - 1, "@last");
                for (std::size_t l = 0; l < 3; ++l) {
                    for (const std::uint64_t flat : start.topology.layers[l].pattern.flat()) {
                        CHECK_FALSE(std::isnan(weight_at(before, l, flat)));
                    }
                }
                CHECK(topology::density(start.topology) == lottery.levels[level].point.config.sparsity.density);
                CHECK((masks_of(lottery.snapshot(level, "@last")) == masks_of(start)));
            }
        }
    }
}

TEST_CASE("level ticket: each way to retrain starts from the weights it says", "[tickets]") {
    const auto levels_of = [](const TemporaryFolder& folder, const std::string& find) {
        SmallLottery lottery(folder.path(), "levels = 2\n" + find);
        lottery.work_off();
        return lottery;
    };
    {
        const TemporaryFolder folder;
        const SmallLottery lottery = levels_of(folder, "retrain = \"lr_rewind\"\nrewind = \"5it\"\n");
        CHECK(takes_weights_of(lottery.snapshot(2, "@5"), lottery.snapshot(1, "@last")));
    }
    {
        const TemporaryFolder folder;
        const SmallLottery lottery = levels_of(folder, "retrain = \"pt\"\n");
        CHECK(takes_weights_of(lottery.snapshot(2, "@0"), lottery.snapshot(0, "@last")));
    }
    {
        const TemporaryFolder folder;
        const SmallLottery lottery = levels_of(folder, "retrain = \"finetune\"\nfinetune = \"10it\"\n");
        CHECK(takes_weights_of(lottery.snapshot(2, "@32"), lottery.snapshot(1, "@last")));
    }
    {
        const TemporaryFolder folder;
        SmallLottery lottery(folder.path(), "method = \"oneshot\"\nretrain = \"lt\"\ndensities = [0.5, 0.1]\n");
        lottery.work_off();
        CHECK(takes_weights_of(lottery.snapshot(2, "@0"), lottery.snapshot(0, "@0")));
        CHECK(topology::edges(lottery.snapshot(2, "@0").topology) == 272);  // a tenth of 2720
    }
}

TEST_CASE("level ticket: the smallest trained weights are gone, but not where the choice is random", "[tickets]") {
    for (const std::string method : {"imp", "random_imp"}) {
        const TemporaryFolder folder;
        SmallLottery lottery(folder.path(), "levels = 1\nmethod = \"" + method + "\"\nexclude = [\"last\"]\n");
        lottery.work_off();
        const StoredNetwork trained = lottery.snapshot(0, "@last");
        const StoredNetwork ticket = lottery.snapshot(1, "@first");
        float largest_gone = 0.0F;
        float smallest_kept = 1e9F;
        for (std::size_t l = 0; l < 2; ++l) {
            const auto flat = trained.topology.layers[l].pattern.flat();
            for (std::size_t k = 0; k < flat.size(); ++k) {
                const float size = std::abs(trained.topology.layers[l].values[k]);
                const bool is_gone = std::isnan(weight_at(ticket, l, flat[k]));
                (is_gone ? largest_gone : smallest_kept) =
                    is_gone ? std::max(largest_gone, size) : std::min(smallest_kept, size);
            }
        }
        CHECK((largest_gone <= smallest_kept) == (method == "imp"));
        CHECK(ticket.topology.layers[2].pattern.edges() == 160);
    }
}

TEST_CASE("level ticket: controls have the ticket's mask with new weights, or its counts at other places",
          "[tickets]") {
    const TemporaryFolder folder;
    SmallLottery lottery(folder.path(),
                         "levels = 2\nfraction = 0.5\nrewind = \"9it\"\ncontrols = [\"random_reinit\", "
                         "\"random_mask\"]\n");
    lottery.work_off();
    REQUIRE(lottery.levels.size() == 7);
    const StoredNetwork ticket = lottery.snapshot(4, "@first");
    const StoredNetwork drawn = lottery.snapshot(5, "@first");
    const StoredNetwork moved = lottery.snapshot(6, "@first");
    CHECK((masks_of(drawn) == masks_of(ticket)));
    CHECK_FALSE(takes_weights_of(drawn, ticket));
    CHECK_FALSE(lottery.snapshot(2, "@first").topology.layers[0].values == drawn.topology.layers[0].values);
    CHECK(takes_weights_of(moved, lottery.snapshot(0, "@9")));
    CHECK_FALSE((masks_of(moved) == masks_of(ticket)));
    for (std::size_t l = 0; l < 3; ++l) {
        CHECK(moved.topology.layers[l].pattern.edges() == ticket.topology.layers[l].pattern.edges());
    }
    // kaiming_uniform of the dense layer, sqrt(6 / 64), though a quarter of the inputs is left: not rescaled
    float largest = 0.0F;
    for (const float value : drawn.topology.layers[0].values) largest = std::max(largest, std::abs(value));
    CHECK(largest <= std::sqrt(6.0F / 64.0F));
    CHECK(largest > 0.95F * std::sqrt(6.0F / 64.0F));
}

TEST_CASE("level ticket: networks are the same where masks, weights and other parameters are", "[tickets]") {
    StoredNetwork a;
    a.topology.layers = {{"fc1", {1, 2}, Pattern::full(1, 2), {1, 2}}};
    a.parameters = {{"fc1", "bias", {3}}};
    StoredNetwork b = a;
    b.topology.label = "another";
    CHECK(same_network(a, b));
    b.topology.layers[0].values[1] = 2.5F;
    CHECK_FALSE(same_network(a, b));
    b = a;
    b.parameters[0].values[0] = 3.5F;
    CHECK_FALSE(same_network(a, b));
    b = a;
    b.topology.layers[0] = {"fc1", {1, 2}, pattern({{0, 1}}), {2}};
    CHECK_FALSE(same_network(a, b));
}

}  // namespace espalier::tickets
