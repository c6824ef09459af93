#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <espalier/base/threads/threads.hpp>
#include <espalier/sparsity/update/channels.hpp>

#include "sparsity/decision_values.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

LayerChannels fresh(std::vector<double> scores, std::size_t least = 1) {
    std::vector<std::uint8_t> gone(scores.size(), 0);
    return {std::move(scores), std::move(gone), least};
}

std::size_t marked(const std::vector<std::uint8_t>& marks) {
    return static_cast<std::size_t>(std::ranges::count(marks, std::uint8_t{1}));
}

/// One after the other: the lowest channel of a layer that may still give one.
std::vector<std::vector<std::uint8_t>> slowly(std::vector<LayerChannels> layers, std::size_t count) {
    std::vector<std::vector<std::uint8_t>> removed;
    for (const LayerChannels& layer : layers) removed.emplace_back(layer.gone.size(), std::uint8_t{0});
    while (count-- > 0) {
        double lowest = INFINITY;
        std::pair<std::size_t, std::size_t> place{layers.size(), 0};
        for (std::size_t l = 0; l < layers.size(); ++l) {
            if (layers[l].left() <= layers[l].least) continue;
            for (std::size_t c = 0; c < layers[l].scores.size(); ++c) {
                if (layers[l].gone[c] != 0 || layers[l].scores[c] >= lowest) continue;
                lowest = layers[l].scores[c];
                place = {l, c};
            }
        }
        if (place.first == layers.size()) break;
        layers[place.first].gone[place.second] = 1;
        removed[place.first][place.second] = 1;
    }
    return removed;
}

const std::vector<std::string> golden = {"chase_umm", "chase_umm_limits", "chase_wmm"};

}  // namespace

TEST_CASE("channels: events lie half an interval before the exchanges, and the last one reaches the share",
          "[sparsity]") {
    const ChannelPlan plan{.share = 0.5, .every = 40, .shift = 5, .until = 160};
    std::vector<std::int64_t> steps;
    for (std::int64_t step = 0; step <= 200; ++step) {
        if (plan.falls_on(step)) steps.push_back(step);
    }
    CHECK(steps == std::vector<std::int64_t>{35, 75, 115, 155});
    CHECK(plan.events() == 4);
    CHECK(plan.gone(34) == 0.0);
    CHECK(plan.gone(35) == Approx(0.5 * (1.0 - 27.0 / 64.0)));
    CHECK(plan.gone(74) == plan.gone(35));
    CHECK(plan.gone(75) == Approx(0.5 * (1.0 - 8.0 / 64.0)));
    CHECK(plan.gone(155) == 0.5);
    CHECK(plan.gone(1000) == 0.5);
    CHECK_FALSE(ChannelPlan{}.falls_on(40));
}

TEST_CASE("channels: what a layer keeps at least", "[sparsity]") {
    const ChannelPlan plan{.share = 0.5, .every = 1, .until = 1, .floor = 0.9};
    CHECK(plan.least(8) == 3);
    CHECK(plan.least(12) == 5);
    CHECK(ChannelPlan{.share = 0.4, .every = 1, .until = 1, .floor = 0.5}.least(10) == 3);  // 3.0000000000000004
    CHECK(plan.least(1) == 1);
    CHECK(ChannelPlan{.share = 0.9, .every = 1, .until = 1, .floor = 0.0}.least(100) == 1);
}

TEST_CASE("channels: scores over the whole filter and over kept weights", "[sparsity]") {
    const Pattern mask = pattern({{1, 1, 0, 0}, {0, 0, 0, 0}, {1, 1, 1, 1}});
    const std::vector<float> values{0.5F, -1.5F, 1.0F, -1.0F, 2.0F, -4.0F};
    CHECK(channel_scores_of(mask, values, ChannelScore::whole_filter) == std::vector<double>{0.5, 0.0, 2.0});
    CHECK(channel_scores_of(mask, values, ChannelScore::kept_weights) == std::vector<double>{1.0, 0.0, 2.0});
    Stream stream = test_stream();
    const Pattern large = random_pattern(300, 400, 0.5, stream);
    std::vector<float> numbers;
    for (const double v : random_values(large.edges(), stream)) numbers.push_back(static_cast<float>(v));
    const auto once = channel_scores_of(large, numbers, ChannelScore::whole_filter);
    set_threads(3);
    CHECK(channel_scores_of(large, numbers, ChannelScore::whole_filter) == once);
    set_threads(1);
}

TEST_CASE("channels: the lowest of all layers go, ties by layer and number, none below its least", "[sparsity]") {
    const std::vector<LayerChannels> layers = {fresh({3.0, 1.0, 2.0}), fresh({1.0, 1.0, 9.0}, 2)};
    using Marks = std::vector<std::vector<std::uint8_t>>;
    CHECK(removed_channels(layers, 1.0) == Marks{{0, 1, 0}, {0, 0, 0}});
    CHECK(removed_channels(layers, 1.2) == Marks{{0, 1, 0}, {1, 0, 0}});
    CHECK(removed_channels(layers, 3.0) == Marks{{0, 1, 1}, {1, 0, 0}});
    CHECK(removed_channels(layers, 6.0) == Marks{{0, 1, 1}, {1, 0, 0}});  // all that may go
    CHECK(removed_channels(layers, 0.0) == Marks{{0, 0, 0}, {0, 0, 0}});
    // 0.1 * 30 is a little more than 3
    CHECK(marked(removed_channels({fresh(std::vector<double>(30, 1.0))}, 0.1 * 3 * 10)[0]) == 3);
}

TEST_CASE("channels: as one removed after the other; those gone before count", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int round = 0; round < 200; ++round) {
        std::vector<LayerChannels> layers;
        std::size_t gone = 0;
        for (std::size_t l = 0; l < 1 + stream.below(5); ++l) {
            LayerChannels layer;
            layer.least = 1 + stream.below(4);
            for (std::size_t c = 0; c < 1 + stream.below(9); ++c) {
                layer.scores.push_back(static_cast<double>(stream.below(6)));
                layer.gone.push_back(stream.below(4) == 0 ? 1 : 0);
                gone += layer.gone.back();
            }
            layers.push_back(layer);
        }
        const std::size_t more = stream.below(12);
        CHECK(removed_channels(layers, static_cast<double>(gone + more)) == slowly(layers, more));
        // At random as many, but for rounding in each layer, and none twice or below the least.
        const auto random = removed_channels(layers, static_cast<double>(gone + more), test_stream());
        std::size_t count = 0;
        for (std::size_t l = 0; l < layers.size(); ++l) {
            for (std::size_t c = 0; c < random[l].size(); ++c)
                CHECK_FALSE((random[l][c] != 0 && layers[l].gone[c] != 0));
            CHECK(marked(random[l]) <= layers[l].left() - std::min(layers[l].left(), layers[l].least));
            count += marked(random[l]);
        }
        CHECK(count <= more + layers.size());
    }
}

TEST_CASE("channels: scores and numbers are those of Chase's program", "[sparsity][reference]") {
    with_decision_values([](const DecisionValues& values) {
        for (const std::string& name : golden) {
            if (!values.cases().contains(name)) continue;
            INFO(name);
            const auto& decided = values.cases()[name];
            const ChannelPlan plan{.share = decided["S_c"], .every = 1, .until = 1, .floor = decided["minimum_ratio"]};
            std::vector<LayerChannels> layers;
            std::vector<std::size_t> theirs;
            std::size_t all = 0;
            for (const std::string layer : decided["prunable"]) {
                const Pattern mask = values.mask(name + "/before/mask/" + layer);
                const std::vector<double> dense = values.numbers(name + "/before/weight/" + layer);
                std::vector<float> kept;
                for (const std::uint64_t p : mask.flat()) kept.push_back(static_cast<float>(dense[p]));
                const auto kind = choice(channel_scores(), decided["channel_score"] == "UMM" ? "umm" : "wmm", "score");
                const std::vector<double> scores = channel_scores_of(mask, kept, kind);
                const std::vector<double> expected = values.numbers(name + "/channel_score/" + layer);
                for (std::size_t c = 0; c < scores.size(); ++c) CHECK(scores[c] == Approx(expected[c]).epsilon(1e-6));
                // The program lets a layer lose all, where its floor is 0.
                const std::string module = layer.substr(0, layer.rfind('.'));
                const auto floor = decided["minimum_layer"][module].get<std::size_t>();
                CHECK(plan.least(scores.size()) == std::max<std::size_t>(1, floor));
                layers.push_back(fresh(scores, plan.least(scores.size())));
                all += scores.size();
                const std::vector<double> stay = values.numbers(name + "/channels_kept/" + layer);
                theirs.push_back(scores.size() -
                                 static_cast<std::size_t>(std::accumulate(stay.begin(), stay.end(), 0.0)));
            }
            const double gone = decided["channel_fraction_now"].get<double>() * static_cast<double>(all);
            const auto as_published = removed_channels(layers, gone, test_stream());
            const auto lowest = removed_channels(layers, gone);
            std::size_t sum = 0;
            for (std::size_t l = 0; l < layers.size(); ++l) {
                INFO(decided["prunable"][l]);
                CHECK(marked(as_published[l]) == theirs[l]);  // which of them is a matter of chance
                CHECK(std::abs(static_cast<int>(marked(lowest[l])) - static_cast<int>(theirs[l])) <= 1);
                sum += marked(lowest[l]);
            }
            CHECK(sum == static_cast<std::size_t>(std::ceil(gone)));
        }
    });
}

}  // namespace espalier::sparsity
