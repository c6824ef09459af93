#include <cmath>

#include <espalier/topology/paths/path_centrality.hpp>

#include "topology/all_paths.hpp"
#include "topology/measured.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("path centrality: agrees with listing all paths", "[topology][path_centrality]") {
    for_tiny_networks(300, [](const Topology& net) {
        const std::vector<Path> paths = all_paths(net);
        const auto shares = path_centrality(net);
        CHECK(shares.inputs.empty() == paths.empty());
        for (std::size_t level = 0; level <= shares.inputs.size() && !paths.empty(); ++level) {
            std::vector<double> counted(level_width(net, level), 0.0);
            for (const Path& path : paths) counted[neuron_at(path, level)] += 1 / static_cast<double>(paths.size());
            const auto check = [&](const std::vector<double>& found) {
                REQUIRE(found.size() == counted.size());
                for (std::size_t j = 0; j < counted.size(); ++j) CHECK(found[j] == Approx(counted[j]).margin(1e-12));
            };
            if (level < shares.inputs.size()) check(shares.inputs[level]);
            if (level > 0) check(shares.outputs[level - 1]);
        }
    });
}

TEST_CASE("path centrality: every level carries all paths, at any depth", "[topology][path_centrality]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Topology net = random_network(std::vector<std::size_t>(401, 60), 0.2, stream);  // about 10^430 paths
    const auto shares = path_centrality(net);
    REQUIRE(shares.inputs.size() == 400);
    for (const auto& sides : {shares.inputs, shares.outputs}) {
        for (const std::vector<double>& side : sides)
            CHECK(std::accumulate(side.begin(), side.end(), 0.0) == Approx(1).epsilon(1e-12));
    }
}

TEST_CASE("path centrality: the worked example", "[topology][path_centrality]") {
    const auto shares = path_centrality(worked_example());
    CHECK(shares.inputs[0] == std::vector<double>{3 / 6.0, 2 / 6.0, 1 / 6.0, 0});
    CHECK(shares.outputs[0] == std::vector<double>{2 / 6.0, 4 / 6.0, 0});
    const MetricResult result = measured("path_centrality", worked_example());
    const MetricValue value = result.layers[0];
    CHECK(value.find("outputs")->find("max")->number() == 4 / 6.0);
    CHECK(value.find("outputs")->find("top")->number() == 1);
    CHECK(value.find("inputs")->find("top")->number() == 0);
    CHECK(result.network.find("outputs")->find("top") == nullptr);
    CHECK(result.network.find("inputs")->find("max")->number() == Approx((3 / 6.0 + 4 / 6.0) / 2));
}

TEST_CASE("path centrality: how shares are summed up", "[topology][path_centrality]") {
    const ShareSummary equal = summarise_shares(std::vector<double>(8, 0.125));
    CHECK((equal.max == 0.125 && equal.mean == 0.125 && equal.top == 0));
    CHECK(equal.gini == Approx(0).margin(1e-15));
    CHECK(equal.entropy == Approx(std::log(8)));
    const ShareSummary one = summarise_shares(std::vector<double>{0, 0, 1, 0});
    CHECK((one.max == 1 && one.mean == 0.25 && one.top == 2 && one.entropy == 0));
    CHECK(one.gini == Approx(0.75));
    // mean absolute difference over twice the mean: ((0.1 + 0.6 + 0.5) * 2 / 9) / (2 / 3)
    CHECK(summarise_shares(std::vector<double>{0.7, 0.1, 0.2}).gini == Approx(0.4));
    CHECK(summarise_shares(std::vector<double>{1}).gini == Approx(0).margin(1e-15));
}

TEST_CASE("path centrality: undefined where there is no path", "[topology][path_centrality]") {
    CHECK(path_centrality({"none", {}}).inputs.empty());
    const Topology net = network("collapsed", {Pattern::full(3, 4), Pattern::empty(2, 3)});
    CHECK(path_centrality(net).inputs.empty());
    const MetricResult result = measured("path_centrality", net);
    for (const MetricValue& value : result.layers) CHECK(value.reason() == "no path from input to output");
    CHECK(result.network.reason() == "no path from input to output");
}

}  // namespace espalier::topology
