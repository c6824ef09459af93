#include <limits>

#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/structure/betweenness.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

constexpr std::size_t far = std::numeric_limits<std::size_t>::max();

/// Distance and number of shortest paths between all pairs, by relaxing until nothing changes.
struct AllPairs {
    std::vector<std::vector<std::size_t>> distance;
    std::vector<std::vector<double>> paths;
};

AllPairs all_pairs(const NeuronGraph& graph) {
    const std::size_t n = graph.neurons();
    AllPairs pairs{std::vector(n, std::vector<std::size_t>(n, far)), std::vector(n, std::vector<double>(n, 0))};
    for (std::size_t s = 0; s < n; ++s) {
        auto& distance = pairs.distance[s];
        auto& paths = pairs.paths[s];
        distance[s] = 0;
        paths[s] = 1;
        for (std::size_t level = 0; level < n; ++level) {
            for (std::size_t v = 0; v < n; ++v) {
                if (distance[v] != level) continue;
                for (const std::uint32_t w : graph.of(v)) {
                    if (distance[w] == far) distance[w] = level + 1;
                    if (distance[w] == level + 1) paths[w] += paths[v];
                }
            }
        }
    }
    return pairs;
}

/// By its definition: over pairs, the share of shortest paths through v.
std::vector<double> by_definition(const NeuronGraph& graph) {
    const std::size_t n = graph.neurons();
    const AllPairs pairs = all_pairs(graph);
    std::vector<double> values(n, 0);
    if (n < 3) return values;
    for (std::size_t v = 0; v < n; ++v) {
        for (std::size_t s = 0; s < n; ++s) {
            for (std::size_t t = s + 1; t < n; ++t) {
                const auto [st, sv, vt] = std::tuple(pairs.distance[s][t], pairs.distance[s][v], pairs.distance[v][t]);
                if (v == s || v == t || st == far || sv == far || vt == far || sv + vt != st) continue;
                values[v] += pairs.paths[s][v] * pairs.paths[v][t] / pairs.paths[s][t];
            }
        }
        values[v] /= static_cast<double>((n - 1) * (n - 2)) / 2;
    }
    return values;
}

void check_equal(const std::vector<double>& values, const std::vector<double>& expected) {
    REQUIRE(values.size() == expected.size());
    for (std::size_t k = 0; k < values.size(); ++k) CHECK(values[k] == Approx(expected[k]).margin(1e-13));
}

MetricResult measured_betweenness(const Topology& topology) {
    return measure(find_metric("betweenness"), topology);
}

}  // namespace

TEST_CASE("betweenness: a chain of five neurons", "[topology][betweenness]") {
    //        inputs 0 1 2
    // output 0:     x x .       0 - a - 1 - b - 2: of six pairs of others, 3, 4 and 3 go through a, 1 and b
    // output 1:     . x x
    const Pattern p = pattern({{1, 1, 0}, {0, 1, 1}});
    check_equal(betweenness(neuron_graph(p)), {0, 4.0 / 6, 0, 3.0 / 6, 3.0 / 6});
    const MetricResult result = measured_betweenness(network("n", {p}));
    CHECK(result.layers[0].find("inputs")->find("max")->number() == Approx(4.0 / 6));
    CHECK(result.layers[0].find("inputs")->find("top")->number() == 1);
    CHECK(result.layers[0].find("outputs")->find("gini")->number() == Approx(0).margin(1e-12));
    CHECK(result.network.find("top_level")->number() == 0);
    CHECK(result.network.find("top")->number() == 1);
    CHECK(result.network.find("mean")->number() == Approx(10.0 / 6 / 5));
}

TEST_CASE("betweenness: agrees with its definition", "[topology][betweenness]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(60, 14)) {
        const NeuronGraph graph = neuron_graph(a);
        check_equal(betweenness(graph), by_definition(graph));
    }
    for (std::uint32_t trial = 0; trial < 10; ++trial) {
        Stream stream = test_stream(trial);
        const NeuronGraph graph = neuron_graph(random_network({8, 7, 6, 5}, 0.3, stream));
        check_equal(betweenness(graph), by_definition(graph));
    }
}

TEST_CASE("betweenness: a path longer than any front", "[topology][betweenness]") {
    const std::size_t length = 500;
    std::vector<std::uint64_t> flat;
    for (std::uint64_t k = 0; k < length; ++k) {
        flat.push_back(k * length + k);
        if (k + 1 < length) flat.push_back(k * length + k + 1);
    }
    const auto values = betweenness(neuron_graph(Pattern::from_flat(length, length, flat)));
    const double n = 2 * length;
    for (std::size_t input = 0; input < length; ++input) {  // input k is neuron 2k of the path
        const auto before = static_cast<double>(2 * input);
        CHECK(values[input] == Approx(before * (n - 1 - before) * 2 / ((n - 1) * (n - 2))).margin(1e-12));
    }
}

TEST_CASE("betweenness: samples", "[topology][betweenness]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const NeuronGraph graph = neuron_graph(random_pattern(40, 30, 0.1, stream));
    const auto exact = betweenness(graph);
    CHECK(betweenness(graph, {70, 3}) == exact);
    CHECK(betweenness(graph, {1000, 3}) == exact);
    CHECK(betweenness(graph, {20, 3}) == betweenness(graph, {20, 3}));
    CHECK(betweenness(graph, {20, 3}) != betweenness(graph, {20, 4}));
    std::vector<double> mean(exact.size(), 0);
    constexpr std::size_t draws = 2000;
    for (std::uint64_t seed = 0; seed < draws; ++seed) {
        const auto sampled = betweenness(graph, {10, seed});
        for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += sampled[k] / draws;
    }
    for (std::size_t k = 0; k < mean.size(); ++k) CHECK(mean[k] == Approx(exact[k]).epsilon(0.1).margin(1e-3));
}

TEST_CASE("betweenness: equal bits on two threads", "[topology][betweenness]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const NeuronGraph graph = neuron_graph(random_network({60, 50, 40}, 0.1, stream));
    const auto alone = betweenness(graph);
    set_threads(2);
    CHECK(betweenness(graph) == alone);
    set_threads(1);
}

TEST_CASE("betweenness: nothing to lie between", "[topology][betweenness]") {
    CHECK(betweenness(neuron_graph(Pattern())).empty());
    CHECK(betweenness(neuron_graph(Pattern::full(1, 1))) == std::vector<double>{0, 0});
    CHECK(betweenness(neuron_graph(pattern({{0, 0, 0}}))) == std::vector<double>{0, 0, 0, 0});
    const MetricResult none = measured_betweenness(network("n", {Pattern()}));
    CHECK(none.layers[0].find("inputs")->reason() == "no neurons on this side");
    CHECK(none.network.reason() == "no neurons");
    CHECK(measured_betweenness(network("n", {})).network.is_undefined());
}

TEST_CASE("betweenness: layers that do not chain have values, their network none", "[topology][betweenness]") {
    const MetricResult result = measured_betweenness(network("n", {Pattern::full(2, 3), Pattern::full(2, 5)}));
    CHECK(result.layers[1].find("inputs")->find("max")->number() > 0);
    CHECK_THAT(result.network.reason(), Contains("do not chain"));
}

TEST_CASE("neuron graph: levels, and channels as one neuron each", "[topology][betweenness]") {
    // 2 channels of 2x1 places each read by 2 outputs; then a linear layer of 1 output
    Topology net{"n", {}};
    net.layers.push_back({"conv", {2, 2, 2, 1}, pattern({{1, 1, 0, 0}, {0, 1, 0, 1}}), {}});
    net.layers.push_back(layer("fc", pattern({{1, 0}})));
    const NeuronGraph graph = neuron_graph(net);
    CHECK(graph.level_begin == std::vector<std::uint32_t>{0, 2, 4, 5});
    const std::vector<std::vector<std::uint32_t>> expected = {{2, 3}, {3}, {0, 4}, {0, 1}, {2}};
    for (std::size_t k = 0; k < expected.size(); ++k) {
        const auto neighbours = graph.of(k);
        CHECK(std::vector<std::uint32_t>(neighbours.begin(), neighbours.end()) == expected[k]);
    }
}

}  // namespace espalier::topology
