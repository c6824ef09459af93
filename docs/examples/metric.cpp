// A metric, from beginning to end: the share of a layer's neurons that have no edge in it.
//
// In the tree, the function is topology/structure/isolated.cpp with a header beside it, listed in
// topology/CMakeLists.txt; the entry stands in topology/tables/all_metrics.cpp. From there `espalier metrics`, null
// models, evolution over snapshots and docs/metrics.md know it. Its formula gets a section in docs/definitions.md.
#include <espalier/topology/layer_metric.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {

/// Inputs and outputs without an edge, over all of them; undefined of a layer that has neither.
MetricValue isolated_metric(const Layer& layer) {
    const Pattern& pattern = layer.pattern;
    const std::size_t neurons = pattern.rows() + pattern.cols();
    if (neurons == 0) return MetricValue::undefined("no neurons");
    std::vector<bool> is_used(pattern.cols());
    std::size_t isolated = 0;
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        if (pattern.row(row).empty()) ++isolated;
        for (const std::uint32_t col : pattern.row(row)) is_used[col] = true;
    }
    for (const bool used : is_used) isolated += used ? 0 : 1;
    return static_cast<double>(isolated) / static_cast<double>(neurons);
}

/// The entry of the table.
const Metric& isolated() {
    static const Metric entry{{"isolated", "share of a layer's neurons without an edge in it", ""},
                              of_layers<isolated_metric>};
    return entry;
}

namespace {

using namespace testing;

TEST_CASE("example of a metric: by hand, and undefined with a reason", "[examples]") {
    CHECK(isolated_metric(layer("fc", pattern({{1, 0, 1}, {0, 0, 0}}))).number() == Approx(2.0 / 5.0));
    CHECK(isolated_metric(layer("fc", Pattern::full(3, 2))).number() == 0.0);
    CHECK(isolated_metric(layer("fc", Pattern::from_flat(0, 0, {}))).is_undefined());
}

TEST_CASE("example of a metric: the network's value is the mean over its layers", "[examples]") {
    const Topology net = network("net", {pattern({{1, 0, 1}, {0, 0, 0}}), Pattern::full(1, 2)});
    const MetricResult result = measure(isolated(), net);
    CHECK(result.layers.size() == 2);
    CHECK(result.network.number() == Approx(0.2));
}

}  // namespace
}  // namespace espalier::topology
