#include <espalier/base/text/error.hpp>
#include <espalier/topology/registry.hpp>

#include "weighted_networks.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("registry: every entry is complete and found by its name", "[topology][registry]") {
    for (const Distance& entry : distances()) {
        CHECK(&find_distance(entry.name) == &entry);
        CHECK_FALSE((entry.help.empty() || entry.source.empty()));
    }
    for (const Metric& entry : metrics()) {
        CHECK(&find_metric(entry.name) == &entry);
        CHECK_FALSE((entry.help.empty() || entry.source.empty()));
    }
    for (const SeriesMetric& entry : series_metrics()) {
        CHECK_FALSE((entry.help.empty() || entry.source.empty()));
        CHECK_THROWS_AS(find_metric(entry.name), ConfigError);  // --metric knows each name once
    }
}

TEST_CASE("registry: every distance is 0 for equal networks and in [0, 1], the cosine's in [0, 2]",
          "[topology][registry]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Topology a = random_network({12, 10, 8}, 0.3, stream);
    Topology b = random_network({12, 10, 8}, 0.3, stream);
    for (Topology* net : {&a, &b}) {
        for (Layer& one : net->layers) one = with_weights(one, stream);
    }
    const Topology empty = network("empty", {Pattern::from_flat(10, 12, {}), Pattern::from_flat(8, 10, {})});
    for (const Distance& entry : distances()) {
        INFO(entry.name);
        CHECK(measure(entry, a, a).values == std::vector<double>{0, 0});
        CHECK(measure(entry, empty, empty).values == std::vector<double>{0, 0});
        for (const double value : measure(entry, a, b).values) {
            CHECK((value > 0 && value <= (entry.name == "cosine" ? 2 : 1)));
        }
    }
}

TEST_CASE("registry: every metric gives one value a layer and one for the network", "[topology][registry]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Topology net = random_network({12, 10, 8}, 0.3, stream);
    for (const Metric& entry : metrics()) {
        INFO(entry.name);
        const MetricResult result = measure(entry, net);
        REQUIRE(result.layers.size() == 2);
        CHECK(result.network.is_object() == std::ranges::any_of(result.layers, &MetricValue::is_object));
    }
    const MetricResult degree = measure(find_metric("degree"), net);
    const double first = degree.layers[0].find("outputs")->find("mean")->number();
    const double second = degree.layers[1].find("outputs")->find("mean")->number();
    CHECK(degree.network.find("outputs")->find("mean")->number() == Approx((first + second) / 2));
}

TEST_CASE("registry: unknown names are refused with the nearest and all known ones", "[topology][registry]") {
    CHECK_THROWS_AS(find_distance("nnst"), ConfigError);
    CHECK_THROWS_WITH(find_distance("jacard"), Contains("mean 'jaccard'? Known: nnstd"));
    CHECK_THROWS_WITH(find_metric("degrees"), Contains("metric 'degrees' is not known") && Contains("mean 'degree'"));
}

}  // namespace espalier::topology
