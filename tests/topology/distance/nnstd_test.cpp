#include <espalier/base/text/error.hpp>
#include <espalier/topology/distance/nnstd.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// Edit distance of two rows as the definition says it, element by element.
double edit_distance_by_definition(const std::vector<int>& x, const std::vector<int>& y) {
    int different = 0;
    int either = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
        different += x[k] != y[k] ? 1 : 0;
        either += x[k] + y[k] > 0 ? 1 : 0;
    }
    return either == 0 ? 0.0 : static_cast<double>(different) / either;
}

std::vector<double> distances(const std::vector<LayerMatch>& matches) {
    std::vector<double> values;
    for (const LayerMatch& match : matches) values.push_back(match.distance);
    return values;
}

}  // namespace

TEST_CASE("nnstd: the worked example of definitions.md 6.31", "[topology][nnstd]") {
    // biadjacency, rows = inputs:  A = x x .     B = x x .     neurons are columns; patterns are drawn transposed
    //                                  . x x         x x .
    //                                  x . x         x . x
    //                                  . . x         x . x
    const Pattern a = pattern({{1, 0, 1, 0}, {1, 1, 0, 0}, {0, 1, 1, 1}});
    const Pattern b = pattern({{1, 1, 1, 1}, {1, 1, 0, 0}, {0, 0, 1, 1}});
    const CostMatrix costs = edit_distances(a, b);
    const double expected[3][3] = {{1. / 2, 2. / 3, 2. / 3}, {1. / 2, 0, 1}, {3. / 4 - 1. / 2, 3. / 4, 1. / 3}};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) CHECK(costs(i, j) == Approx(expected[i][j]));
    }
    const LayerMatch match = match_layer(a, b);
    CHECK(match.partner == std::vector<std::uint32_t>{0, 1, 2});
    CHECK(match.distance == Approx(0.277778).margin(1e-6));
}

TEST_CASE("nnstd: costs agree with the definition, under renamed inputs and in blocks", "[topology][nnstd]") {
    INFO(seed_text());
    std::uint32_t trial = 0;
    for (const auto& [a, b] : random_pattern_pairs(100, 24)) {
        Stream stream = test_stream(1000 + trial++);
        const std::size_t block = a.cols() % 2 == 0 ? 2 : 1;
        const auto partner = random_permutation(a.cols() / block, stream);
        const CostMatrix costs = edit_distances(a, b, partner);
        auto renamed = dense(b);  // input x of the first is input partner[x / block] of the second, place by place
        const auto original = dense(b);
        for (std::size_t j = 0; j < b.rows(); ++j) {
            for (std::size_t x = 0; x < b.cols(); ++x) {
                renamed[j][x] = original[j][partner[x / block] * block + x % block];
            }
        }
        const auto first = dense(a);
        for (std::size_t i = 0; i < a.rows(); ++i) {
            for (std::size_t j = 0; j < b.rows(); ++j) {
                REQUIRE(costs(i, j) == edit_distance_by_definition(first[i], renamed[j]));
            }
        }
    }
}

TEST_CASE("nnstd: a network is at distance 0 from itself, empty and equal neurons or not", "[topology][nnstd]") {
    INFO(seed_text());
    for (const double density : {0.0, 0.02, 0.1, 0.5, 1.0}) {
        Stream stream = test_stream();
        const Topology net = random_network({40, 60, 60, 10}, density, stream);
        CHECK(distances(nnstd(net, net)) == std::vector<double>{0, 0, 0});
        CHECK(distances(nnstd_layerwise(net, net)) == std::vector<double>{0, 0, 0});
        for (const LayerMatch& match : nnstd(net, net)) {
            for (std::size_t k = 0; k < match.partner.size(); ++k) REQUIRE(match.partner[k] == k);
        }
    }
}

TEST_CASE("nnstd: hidden neurons renumbered are found again", "[topology][nnstd]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 10; ++trial) {
        Stream stream = test_stream(trial);
        const Topology net = random_network({64, 50, 40, 10}, 0.3, stream);  // dense enough for distinct input sets
        const auto first = random_permutation(50, stream);
        const auto second = random_permutation(40, stream);
        std::vector<std::uint32_t> inputs(64);
        std::iota(inputs.begin(), inputs.end(), 0U);
        std::vector<std::uint32_t> outputs(10);
        std::iota(outputs.begin(), outputs.end(), 0U);
        const Topology copy = network("renumbered", {renumbered(net.layers[0].pattern, first, inputs),
                                                     renumbered(net.layers[1].pattern, second, first),
                                                     renumbered(net.layers[2].pattern, outputs, second)});
        const std::vector<LayerMatch> matches = nnstd(net, copy);
        CHECK(distances(matches) == std::vector<double>{0, 0, 0});
        CHECK(matches[0].partner == first);
        CHECK(matches[1].partner == second);
        CHECK(nnstd_layerwise(net, copy)[1].distance > 0.1);
    }
}

TEST_CASE("nnstd: channels renumbered move whole kernels, and whole maps after flattening", "[topology][nnstd]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const auto order = random_permutation(8, stream);
    std::vector<std::uint32_t> in(27);
    std::iota(in.begin(), in.end(), 0U);
    std::vector<std::uint32_t> out(6);
    std::iota(out.begin(), out.end(), 0U);
    for (const std::size_t block : {9, 4}) {  // a 3x3 kernel; a 2x2 map of each channel
        std::vector<std::uint32_t> places(8 * block);
        for (std::size_t x = 0; x < places.size(); ++x) {
            places[x] = static_cast<std::uint32_t>(order[x / block] * block + x % block);
        }
        const Topology net =
            network("a", {random_pattern(8, 27, 0.4, stream), random_pattern(6, 8 * block, 0.4, stream)});
        const Topology copy = network(
            "b", {renumbered(net.layers[0].pattern, order, in), renumbered(net.layers[1].pattern, out, places)});
        CHECK(distances(nnstd(net, copy)) == std::vector<double>{0, 0});
    }
}

TEST_CASE("nnstd: outputs with identity stay where they are", "[topology][nnstd]") {
    const Topology a = network("a", {pattern({{1, 0}, {0, 1}}), pattern({{1, 0}, {0, 1}})});
    const Topology b = network("b", {pattern({{1, 0}, {0, 1}}), pattern({{0, 1}, {1, 0}})});
    CHECK(distances(nnstd(a, b)) == std::vector<double>{0, 0});
    CHECK(distances(nnstd(a, b, {.match_last = false})) == std::vector<double>{0, 1});
    CHECK(distances(nnstd_layerwise(a, b, {.match_last = false})) == std::vector<double>{0, 1});
}

TEST_CASE("nnstd: ties do not change the first layer nor layers alone", "[topology][nnstd]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 20; ++trial) {
        Stream stream = test_stream(trial);
        const Topology a = random_network({40, 60, 60, 10}, 0.02 + 0.01 * trial, stream);
        const Topology b = random_network({40, 60, 60, 10}, 0.02 + 0.01 * trial, stream);
        const NnstdOptions solver{.prefer_identity = false};
        const auto alone = distances(nnstd_layerwise(a, b));
        const auto alone_solver = distances(nnstd_layerwise(a, b, solver));
        for (std::size_t k = 0; k < 3; ++k) CHECK(alone[k] == Approx(alone_solver[k]).margin(1e-12));
        CHECK(nnstd(a, b)[0].cost == Approx(nnstd(a, b, solver)[0].cost).margin(1e-10));
    }
}

TEST_CASE("nnstd: symmetric in the first layer, and layer by layer", "[topology][nnstd]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 20; ++trial) {
        Stream stream = test_stream(trial);
        const Topology a = random_network({30, 40, 40, 8}, 0.01 + 0.03 * trial, stream);
        const Topology b = random_network({30, 40, 40, 8}, 0.3, stream);
        CHECK(nnstd(a, b)[0].distance == Approx(nnstd(b, a)[0].distance).margin(1e-12));
        const auto there = distances(nnstd_layerwise(a, b));
        const auto back = distances(nnstd_layerwise(b, a));
        for (std::size_t k = 0; k < 3; ++k) CHECK(there[k] == Approx(back[k]).margin(1e-12));
    }
}

TEST_CASE("nnstd: beyond the limit bounds enclose the exact distance", "[topology][nnstd]") {
    INFO(seed_text());
    const NnstdOptions nearly{.exact_limit = 10};
    for (std::uint32_t trial = 0; trial < 60; ++trial) {
        Stream stream = test_stream(trial);
        const double density = trial % 10 == 0 ? 0.0 : 0.012 * trial;
        const Pattern a = random_pattern(11 + 2 * trial, 90, density, stream);
        const Pattern b = random_pattern(11 + 2 * trial, 90, density, stream);
        const LayerMatch exact = match_layer(a, b);
        const LayerMatch match = match_layer(a, b, {}, nearly);
        CHECK(exact.lower_bound == exact.distance);
        CHECK(match.lower_bound <= exact.distance);
        CHECK(match.distance >= exact.distance - 1e-12);
        CHECK(match.distance - match.lower_bound < 0.1);
        CHECK(match_layer(a, a, {}, nearly).distance == 0);
    }
}

TEST_CASE("nnstd: networks that differ in shape are refused by layer and shape", "[topology][nnstd]") {
    const Topology a = network("a.npz", {Pattern::full(4, 3), Pattern::full(2, 4)});
    const Topology b = network("b.npz", {Pattern::full(4, 3), Pattern::full(3, 4)});
    const Topology shorter = network("c.npz", {Pattern::full(4, 3)});
    CHECK_THROWS_WITH(nnstd(a, b), Contains("a.npz and b.npz") && Contains("'layer1'") && Contains("2x4 and 3x4"));
    CHECK_THROWS_WITH(nnstd_layerwise(a, shorter), Contains("2 and 1 layers"));
    const Topology shortcut = network("d.npz", {Pattern::full(4, 3), Pattern::full(2, 3)});
    CHECK_THROWS_WITH(nnstd(shortcut, shortcut), Contains("'layer1'") && Contains("nnstd_layerwise"));
    CHECK(distances(nnstd_layerwise(shortcut, shortcut)) == std::vector<double>{0, 0});
}

}  // namespace espalier::topology
