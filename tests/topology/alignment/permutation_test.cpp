#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/alignment/permutation.hpp>

#include "dense_forward.hpp"
#include "hidden_networks.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

void check_equal(const StoredNetwork& a, const StoredNetwork& b) {
    REQUIRE(a.topology.layers.size() == b.topology.layers.size());
    for (std::size_t l = 0; l < a.topology.layers.size(); ++l) {
        CHECK(a.topology.layers[l].pattern == b.topology.layers[l].pattern);
        CHECK(a.topology.layers[l].values == b.topology.layers[l].values);
    }
    REQUIRE(a.parameters.size() == b.parameters.size());
    for (std::size_t k = 0; k < a.parameters.size(); ++k) CHECK(a.parameters[k].values == b.parameters[k].values);
}

}  // namespace

TEST_CASE("permutation: weights, masks and arrays move along, by hand", "[topology][alignment]") {
    StoredNetwork network{{.label = "t", .layers = {}}, {{"fc1", "bias", {1, 2, 3}}, {"fc2", "bias", {7}}}};
    network.topology.layers = {weighted_layer(pattern({{1, 0}, {1, 1}, {0, 0}}), {10, 20, 21}),
                               weighted_layer(pattern({{0, 1, 1}}), {5, 6})};
    network.topology.layers[0].name = "fc1";
    network.topology.layers[1].name = "fc2";
    const StoredNetwork moved = permuted(network, Permutations{{1, 2, 0}});
    CHECK(moved.topology.layers[0].pattern == pattern({{1, 1}, {0, 0}, {1, 0}}));
    CHECK(moved.topology.layers[0].values == std::vector<float>{20, 21, 10});
    CHECK(moved.topology.layers[1].pattern == pattern({{1, 1, 0}}));
    CHECK(moved.topology.layers[1].values == std::vector<float>{5, 6});
    CHECK(moved.parameters[0].values == std::vector<float>{2, 3, 1});
    CHECK(moved.parameters[1].values == std::vector<float>{7});
}

TEST_CASE("permutation: a permuted network computes the same, and its inverse restores every bit",
          "[topology][alignment]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 60; ++trial) {
        Stream stream = test_stream(trial);
        HiddenNetwork what{.widths = {3 + stream.below(9)}, .density = trial % 5 == 0 ? 1.0 : 0.3};
        for (std::size_t hidden = stream.below(4); hidden > 0; --hidden) what.widths.push_back(1 + stream.below(20));
        what.widths.push_back(1 + stream.below(5));
        what.with_srelu = trial % 2 == 0;
        what.with_biases = trial % 3 != 0;
        const StoredNetwork network = hidden_network(what, stream);
        const Permutations permutations = random_permutations(network, stream);
        const StoredNetwork moved = permuted(network, permutations);
        CHECK(logit_difference(network, moved, stream) < 1e-12);
        check_equal(permuted(moved, inverse(permutations)), network);
        const Permutations more = random_permutations(network, stream);
        check_equal(permuted(moved, more), permuted(network, composed(permutations, more)));
    }
}

TEST_CASE("permutation: a channel's places in the kernels after it stay together", "[topology][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    StoredNetwork network{{.label = "conv", .layers = {}}, {}};
    const auto add = [&](const std::string& name, std::vector<std::size_t> shape, std::size_t rows, std::size_t cols) {
        Layer layer{name, std::move(shape), random_pattern(rows, cols, 0.6, stream), {}};
        for (const double value : random_values(layer.pattern.edges(), stream)) {
            layer.values.push_back(static_cast<float>(value));
        }
        network.topology.layers.push_back(std::move(layer));
    };
    add("conv1", {4, 1, 3, 3}, 4, 9);
    add("conv2", {5, 4, 3, 3}, 5, 36);
    add("fc", {2, 20}, 2, 20);
    const Permutations permutations = random_permutations(network, stream);
    const StoredNetwork moved = permuted(network, permutations);
    check_equal(permuted(moved, inverse(permutations)), network);
    const Pattern& before = network.topology.layers[1].pattern;
    const Pattern& after = moved.topology.layers[1].pattern;
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t u = 0; u < 4; ++u) {
            for (std::size_t place = 0; place < 9; ++place) {
                CHECK(after.contains(i, u * 9 + place) ==
                      before.contains(permutations[1][i], permutations[0][u] * 9 + place));
            }
        }
    }
}

TEST_CASE("permutation: equal bits for any number of threads", "[topology][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const StoredNetwork network = hidden_network({.widths = {50, 200, 150, 10}}, stream);
    const Permutations permutations = random_permutations(network, stream);
    set_threads(3);
    const StoredNetwork moved = permuted(network, permutations);
    set_threads(1);
    check_equal(permuted(network, permutations), moved);
}

TEST_CASE("permutation: what is none is refused", "[topology][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const StoredNetwork network = hidden_network({.widths = {4, 3, 2}}, stream);
    CHECK_THROWS_WITH(permuted(network, Permutations{}), Contains("0 permutations for 1 groups"));
    for (const Permutation& wrong : {Permutation{0, 1}, Permutation{0, 1, 1}, Permutation{0, 1, 3}}) {
        CHECK_THROWS_WITH(permuted(network, Permutations{wrong}), Contains("'000_fc1'") && Contains("3 numbers"));
    }
}

}  // namespace espalier::topology
