#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/topology/series/evolution.hpp>

#include "topology/mask_series.hpp"
#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

using Numbers = MetricValue::Numbers;

MetricResult measured_series(const std::string& file,
                             const std::vector<std::pair<std::string, std::string>>& set = {}) {
    const SeriesMetric& metric = series_metrics().front();
    Settings settings = settings_of(metric);
    for (const auto& [name, value] : set) settings.set(name, value);
    return metric.measure(SnapshotSeries(file), settings);
}

Numbers curve(const MetricValue& value, const std::string& name) {
    INFO(name);
    REQUIRE(value.find(name) != nullptr);
    REQUIRE(value.find(name)->is_list());
    return value.find(name)->list();
}

/// A network of two layers, each a series of masks, in a file with a snapshot every 100 steps.
std::string write_masks(const TemporaryFolder& folder, const std::vector<Pattern>& first,
                        const std::vector<Pattern>& second) {
    std::vector<Topology> networks;
    for (std::size_t k = 0; k < first.size(); ++k) {
        const std::string step = std::to_string(1'000'000'000 + 100 * k).substr(1);
        networks.push_back(network(step, {first[k], second[k]}));
    }
    const std::string file = (folder / "run.h5").string();
    write_topology_file(file, networks);
    return file;
}

}  // namespace

TEST_CASE("evolution: a drawn series, layer and network", "[topology][evolution]") {
    //       x x .     x . x     x x .         x x    x x    x x
    //       x . .     x . .     . . x
    const TemporaryFolder folder;
    const Pattern full = pattern({{1, 1}});
    const std::string file = write_masks(
        folder, {pattern({{1, 1, 0}, {1, 0, 0}}), pattern({{1, 0, 1}, {1, 0, 0}}), pattern({{1, 1, 0}, {0, 0, 1}})},
        {full, full, full});
    const MetricResult result = measured_series(file);
    const MetricValue& layer = result.layers[0];
    CHECK(curve(layer, "steps") == Numbers{0, 100, 200});
    CHECK(curve(layer, "edges") == Numbers{3, 3, 3});
    CHECK(curve(layer, "survival") == Numbers{1, 2.0 / 3.0, 2.0 / 3.0});
    CHECK(layer.find("half_life")->is_undefined());
    CHECK(curve(layer, "survival_unbroken") == Numbers{1, 2.0 / 3.0, 1.0 / 3.0});
    CHECK(curve(layer, "lags") == Numbers{0, 100, 200});
    CHECK(curve(layer, "survival_by_lag") == Numbers{1, 0.5, 1.0 / 3.0});
    CHECK(layer.find("half_life_by_lag")->number() == 100);
    const Numbers turnover = curve(layer, "turnover");
    CHECK((std::isnan(turnover[0]) && turnover[1] == 1.0 / 3.0 && turnover[2] == 2.0 / 3.0));
    CHECK(curve(layer, "distance_from_start") == Numbers{0, 0.5, 0.5});
    CHECK(curve(layer, "exploration_rate") == Numbers{0.5, 4.0 / 6.0, 5.0 / 6.0});
    CHECK(layer.find("ramanujan_gap")->is_undefined());  // mean degrees below 3

    CHECK(curve(result.network, "edges") == Numbers{5, 5, 5});
    CHECK(curve(result.network, "survival")[1] == Approx(5.0 / 6.0));
    CHECK(curve(result.network, "exploration_rate") == Numbers{5.0 / 8.0, 6.0 / 8.0, 7.0 / 8.0});
    CHECK(result.network.find("half_life_by_lag")->number() == 100);
    REQUIRE(curve(result.network, "turnover").size() == 3);
    CHECK(curve(result.network, "turnover")[2] == Approx(1.0 / 3.0));
}

TEST_CASE("evolution: any distance from the start, and any metric followed", "[topology][evolution]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const TemporaryFolder folder;
    const auto first = mask_series(10, 12, 0.5, 5, stream);
    const auto second = mask_series(4, 10, 0.5, 5, stream);
    const std::string file = write_masks(folder, first, second);
    for (const Distance& distance : distances()) {
        INFO(distance.name);
        if (distance.name == "cosine" || distance.name == "l2") {  // the masks have no weights
            CHECK_THROWS_WITH(measured_series(file, {{"distance", distance.name}}), Contains("distance of weights"));
            continue;
        }
        const MetricResult result = measured_series(file, {{"distance", distance.name}});
        for (std::size_t k = 0; k < 5; ++k) {
            const auto apart =
                measure(distance, network("a", {first[0], second[0]}), network("b", {first[k], second[k]})).values;
            CHECK(curve(result.layers[0], "distance_from_start")[k] == apart[0]);
            CHECK(curve(result.layers[1], "distance_from_start")[k] == apart[1]);
            CHECK(curve(result.network, "distance_from_start")[k] == Approx((apart[0] + apart[1]) / 2));
        }
    }
    const MetricResult result = measured_series(file, {{"track", "density"}});
    CHECK(curve(result.layers[1], "density")[4] == second[4].density());
    const std::size_t kept = first[3].edges() + second[3].edges();
    CHECK(curve(result.network, "density")[3] == static_cast<double>(kept) / (120.0 + 40.0));
    const MetricValue gap = measure(find_metric("ramanujan_gap"), network("a", {first[3], second[3]})).layers[0];
    const MetricValue gaps = *measured_series(file).layers[0].find("ramanujan_gap");
    for (const char* field : {"sigma_1", "sigma_2", "gap"}) CHECK(curve(gaps, field)[3] == gap.find(field)->number());
    CHECK(measured_series(file, {{"track", "none"}}).layers[0].find("ramanujan_gap") == nullptr);
    const MetricResult degrees = measured_series(file, {{"track", "degree"}});
    CHECK(curve(*degrees.layers[0].find("degree")->find("inputs"), "mean")[2] ==
          static_cast<double>(first[2].edges()) / 12.0);
}

TEST_CASE("evolution: the same for any number of threads", "[topology][evolution]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const TemporaryFolder folder;
    const auto first = mask_series(30, 40, 0.2, 6, stream);
    const auto second = mask_series(9, 30, 0.3, 6, stream);
    const std::string file = write_masks(folder, first, second);
    const Numbers alone = curve(measured_series(file).network, "survival_by_lag");
    set_threads(4);
    CHECK(curve(measured_series(file).network, "survival_by_lag") == alone);
    set_threads(1);
}

TEST_CASE("evolution: layers without edges, and no layers", "[topology][evolution]") {
    const TemporaryFolder folder;
    const Pattern none = Pattern::empty(2, 3);
    const Pattern no_neurons = Pattern::full(0, 3);
    const MetricResult empty = measured_series(write_masks(folder, {none, none}, {no_neurons, no_neurons}));
    for (const MetricValue& layer : empty.layers) {
        CHECK(layer.find("survival")->is_undefined());
        CHECK(layer.find("survival_by_lag")->is_undefined());
        CHECK(layer.find("half_life")->reason() == "no edges");
        CHECK(curve(layer, "distance_from_start") == Numbers{0, 0});
    }
    CHECK(curve(empty.layers[0], "exploration_rate") == Numbers{0, 0});
    CHECK(std::isnan(curve(empty.layers[1], "exploration_rate")[0]));
    CHECK(empty.network.find("survival")->is_undefined());
    const std::string file = (folder / "empty.h5").string();
    write_topology_file(file, {network("000000000", {}), network("000000001", {})});
    CHECK(measured_series(file).network.is_undefined());
}

TEST_CASE("evolution: snapshots of two architectures are refused, naming layer and shapes", "[topology][evolution]") {
    const TemporaryFolder folder;
    const std::string file =
        write_masks(folder, {pattern({{1, 1}}), pattern({{1, 1}})}, {pattern({{1}, {0}}), pattern({{1, 0}})});
    CHECK_THROWS_WITH(measured_series(file), Contains("evolution: ") && Contains("2x1") && Contains("1x2"));
    CHECK_THROWS_WITH(measured_series(file, {{"distance", "jacard"}}), Contains("mean 'jaccard'"));
    CHECK_THROWS_WITH(measured_series(file, {{"track", "degre"}}), Contains("mean 'degree'"));
}

TEST_CASE("half-life: a straight line between the points", "[topology][evolution]") {
    const auto of = [](const Numbers& values) { return half_life(values, Numbers{0, 100, 300}); };
    CHECK(of({1, 0.75, 0.25}).number() == 200);
    CHECK(of({1, 0.5, 0.25}).number() == 100);
    CHECK(of({1, 0.9, 0.5}).number() == 300);
    CHECK(of({1, 0, 1}).number() == 50);
    CHECK(of({1, 0.9, 0.8}).reason() == "more than half is still there at the end");
    CHECK(of({std::nan(""), std::nan(""), std::nan("")}).is_undefined());
    CHECK(of({1, std::nan(""), std::nan("")}).is_undefined());
}

}  // namespace espalier::topology
