#include <cmath>
#include <set>
#include <tuple>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/tickets/pruning.hpp>

#include "support.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

using topology::Layer;
using topology::Topology;
using Counts = std::vector<std::size_t>;

Layer layer(const std::string& name, Pattern pattern, std::vector<float> values) {
    return {name, {pattern.rows(), pattern.cols()}, std::move(pattern), std::move(values)};
}

/// Values of few kinds, so that many are equal in absolute value.
Topology random_to_prune(Stream& stream, std::size_t layers) {
    Topology network{.label = "net", .layers = {}};
    for (std::size_t l = 0; l < layers; ++l) {
        const std::size_t rows = 1 + stream.below(9);
        const std::size_t cols = 1 + stream.below(9);
        Pattern pattern = random_pattern(rows, cols, 0.7, stream);
        std::vector<float> values(pattern.edges());
        for (float& value : values) value = static_cast<float>(stream.below(7)) - 3.0F;
        network.layers.push_back(layer("fc" + std::to_string(l + 1), std::move(pattern), std::move(values)));
    }
    return network;
}

Counts kept(const Topology& network) {
    Counts counts;
    for (const Layer& layer : network.layers) counts.push_back(layer.pattern.edges());
    return counts;
}

/// The definition: sort all weights of a group by (|w|, layer and flat index falling) and cut the first.
std::vector<std::set<std::uint64_t>> brute_force(const Topology& network, const Counts& removed,
                                                 const Pruning& pruning) {
    std::vector<std::set<std::uint64_t>> left;
    for (const Layer& layer : network.layers) {
        const auto flat = layer.pattern.flat();
        left.emplace_back(flat.begin(), flat.end());
    }
    for (std::size_t g = 0; g < removed.size(); ++g) {
        std::vector<std::tuple<float, long, long>> ranked;
        for (std::size_t l = 0; l < network.layers.size(); ++l) {
            if (pruning.by_layer ? l != g : pruning.rates[l] == 0.0) continue;
            const auto flat = network.layers[l].pattern.flat();
            for (std::size_t k = 0; k < flat.size(); ++k) {
                ranked.emplace_back(std::abs(network.layers[l].values[k]), -static_cast<long>(l),
                                    -static_cast<long>(flat[k]));
            }
        }
        std::sort(ranked.begin(), ranked.end());
        for (std::size_t k = 0; k < removed[g]; ++k) {
            const auto& [score, l, flat] = ranked[k];
            left[static_cast<std::size_t>(-l)].erase(static_cast<std::uint64_t>(-flat));
        }
    }
    return left;
}

bool is_subset(const Pattern& inner, const Pattern& outer) {
    const auto flat = inner.flat();
    return std::all_of(flat.begin(), flat.end(),
                       [&](std::uint64_t k) { return outer.contains(k / outer.cols(), k % outer.cols()); });
}

std::size_t total(const Counts& counts) {
    std::size_t sum = 0;
    for (const std::size_t count : counts) sum += count;
    return sum;
}

}  // namespace

TEST_CASE("pruning: the smallest go, of equal ones those with higher positions", "[tickets]") {
    //        0     1    2                0     1
    // fc1  0.5  -0.1  0.3     fc2   -0.3   0.2
    //      0.3     .  0.1            0.9     .
    const Topology net{.label = "net",
                       .layers = {layer("fc1", pattern({{1, 1, 1}, {1, 0, 1}}), {0.5F, -0.1F, 0.3F, 0.3F, 0.1F}),
                                  layer("fc2", pattern({{1, 1}, {1, 0}}), {-0.3F, 0.2F, 0.9F})}};
    const Pruning global{.rates = {1, 1}};
    CHECK(pruned_masks(net, {1}, global, 0, 0)[0] == pattern({{1, 1, 1}, {1, 0, 0}}));  // 0.1 at (1, 2), not at (0, 1)
    const auto four = pruned_masks(net, {4}, global, 0, 0);                             // 0.1, 0.1, 0.2 and fc2's 0.3
    CHECK(four[0] == pattern({{1, 0, 1}, {1, 0, 0}}));
    CHECK(four[1] == pattern({{0, 0}, {1, 0}}));
    const auto by_layer = pruned_masks(net, {3, 1}, {.by_layer = true, .rates = {1, 1}}, 0, 0);
    CHECK(by_layer[0] == pattern({{1, 0, 1}, {0, 0, 0}}));
    CHECK(by_layer[1] == pattern({{1, 0}, {1, 0}}));
    const auto without_first = pruned_masks(net, {2}, {.rates = {0, 1}}, 0, 0);
    CHECK(without_first[0] == net.layers[0].pattern);
    CHECK(without_first[1] == pattern({{0, 0}, {1, 0}}));
}

TEST_CASE("pruning: masks are those that sorting gives, whatever the scope, with many equal weights", "[tickets]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (int round = 0; round < 300; ++round) {
        const std::size_t layers = 1 + stream.below(4);
        const Topology net = random_to_prune(stream, layers);
        Pruning pruning{.by_layer = stream.below(2) == 0, .rates = std::vector<double>(layers, 1.0)};
        if (layers > 1) pruning.rates[stream.below(layers)] = 0.0;
        const Counts removed = removals(kept(net), static_cast<double>(stream.below(101)) / 100.0, pruning);
        const auto masks = pruned_masks(net, removed, pruning, 0, 0);
        const auto expected = brute_force(net, removed, pruning);
        for (std::size_t l = 0; l < layers; ++l) {
            const auto flat = masks[l].flat();
            CHECK((std::set<std::uint64_t>(flat.begin(), flat.end()) == expected[l]));
        }
    }
}

TEST_CASE("pruning: counts are exact, masks nested, layers left alone as they were, at random too", "[tickets]") {
    Stream stream = test_stream(1);
    INFO(seed_text());
    for (int round = 0; round < 300; ++round) {
        const Topology net = random_to_prune(stream, 3);
        const Pruning pruning{.by_layer = stream.below(2) == 0,
                              .at_random = stream.below(2) == 0,
                              .count_ignored = stream.below(2) == 0,
                              .rates = {1.0, 0.0, 1.0}};
        const Counts removed = removals(kept(net), 0.2, pruning);
        const auto masks = pruned_masks(net, removed, pruning, 7, static_cast<std::uint64_t>(round));
        std::size_t left = 0;
        for (std::size_t l = 0; l < 3; ++l) {
            CHECK(is_subset(masks[l], net.layers[l].pattern));
            left += masks[l].edges();
        }
        CHECK(left + total(removed) == total(kept(net)));
        CHECK(masks[1] == net.layers[1].pattern);
        CHECK((pruned_masks(net, removed, pruning, 7, static_cast<std::uint64_t>(round)) == masks));
    }
}

TEST_CASE("pruning: a random choice is another one for another seed and number, and fair", "[tickets]") {
    const Topology net{.label = "net", .layers = {layer("fc1", Pattern::full(20, 50), std::vector<float>(1000, 1.0F))}};
    const Pruning pruning{.at_random = true, .rates = {1.0}};
    const auto mask = [&](std::uint64_t seed, std::uint64_t number) {
        return pruned_masks(net, {200}, pruning, seed, number).front();
    };
    CHECK_FALSE(mask(0, 1) == mask(0, 2));
    CHECK_FALSE(mask(0, 1) == mask(1, 1));
    int first_row = 0;
    for (std::uint64_t number = 0; number < 200; ++number) first_row += static_cast<int>(mask(3, number).row(0).size());
    CHECK(first_row / 200.0 == Approx(40.0).margin(1.0));  // of 50, deviation 0.2
}

TEST_CASE("pruning: the densities of 19 levels of a fifth are the geometric ones", "[tickets]") {
    const std::vector<double> golden = {0.8,    0.64,   0.512,  0.4096, 0.3277, 0.2621, 0.2097, 0.1678, 0.1342, 0.1074,
                                        0.0859, 0.0687, 0.0550, 0.0440, 0.0352, 0.0281, 0.0225, 0.0180, 0.0144};
    Counts counts = {235200, 30000, 1000};
    for (std::size_t level = 1; level <= golden.size(); ++level) {
        const std::size_t removed = removals(counts, 0.2, {.rates = {1, 1, 1}}).front();
        const auto before = static_cast<double>(total(counts));
        CHECK(removed == static_cast<std::size_t>(std::ceil(0.2 * before)));
        counts[0] -= removed;  // whichever layer they are from
        CHECK(static_cast<double>(total(counts)) / 266200.0 == Approx(golden[level - 1]).margin(5e-5));
        // a weight a level is rounded away, and what it would have left shrinks with the rest: below 1 / 0.2 in all
        const double exact = 266200.0 * std::pow(0.8, static_cast<double>(level));
        CHECK(std::abs(static_cast<double>(total(counts)) - exact) < 5.0);
    }
}

TEST_CASE("pruning: how many weights a share is", "[tickets]") {
    CHECK(share_of(0.2, 11) == 3);
    CHECK(share_of(0.2, 10) == 2);
    CHECK(share_of(0.07, 100) == 7);  // in double 0.07 * 100 is above 7
    CHECK(share_of(0.2, 1) == 1);
    CHECK(share_of(0.0, 5) == 0);
    CHECK(share_of(1.0, 5) == 5);
    CHECK(removals({10, 7, 4}, 0.2, {.by_layer = true, .rates = {1, 0, 0.5}}) == Counts{2, 0, 1});
    CHECK(removals({10, 7, 4}, 0.2, {.rates = {1, 0, 1}}) == Counts{3});
    CHECK(removals({10, 7, 4}, 0.2, {.count_ignored = true, .rates = {1, 0, 1}}) == Counts{5});
    CHECK(removals({1, 70, 1}, 0.2, {.count_ignored = true, .rates = {1, 0, 1}}) == Counts{2});  // there are no more
}

TEST_CASE("pruning: one shot to a density keeps the rounded share of the positions", "[tickets]") {
    CHECK(removals_to({100, 50, 10}, {100, 50, 10}, 0.25, {.rates = {1, 1, 0}}) == Counts{150 - 38});  // 37.5 up
    CHECK(removals_to({100, 50, 10}, {100, 50, 10}, 0.25, {.by_layer = true, .rates = {1, 1, 0}}) == Counts{75, 37, 0});
    CHECK(removals_to({20, 50}, {100, 50}, 0.5, {.by_layer = true, .rates = {1, 1}}) == Counts{0, 25});
}

TEST_CASE("pruning: equal masks for any number of threads", "[tickets]") {
    Stream stream = test_stream(2);
    INFO(seed_text());
    Topology net = {.label = "net", .layers = {layer("fc1", Pattern::full(300, 784), {})}};
    for (int k = 0; k < 300 * 784; ++k) net.layers[0].values.push_back(static_cast<float>(stream.below(1000)));
    const auto one = pruned_masks(net, {100'000}, {.rates = {1}}, 0, 0);
    set_threads(3);
    const auto three = pruned_masks(net, {100'000}, {.rates = {1}}, 0, 0);
    set_threads(1);
    CHECK((one == three));
}

TEST_CASE("pruning: weights that are not there or no numbers are refused", "[tickets]") {
    const Topology bare{.label = "masks.npz", .layers = {layer("fc1", Pattern::full(2, 2), {})}};
    CHECK_THROWS_WITH(pruned_masks(bare, {1}, {.rates = {1}}, 0, 0),
                      "masks.npz: layer fc1 has a mask but no weights to rank");
    const Topology nan{.label = "net", .layers = {layer("fc1", Pattern::full(1, 2), {1.0F, std::nanf("")})}};
    CHECK_THROWS_AS(pruned_masks(nan, {1}, {.rates = {1}}, 0, 0), NumericError);
}

}  // namespace espalier::tickets
